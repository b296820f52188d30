// A scripted coding agent: it reads what it is given, asks its model once, and makes the edit that the model answers with.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const given = JSON.parse(readFileSync(0, 'utf8'))
const directory = process.env.GRACE_EVIDENCE
const files = readdirSync(directory)
  .filter((name) => !name.endsWith('.mjs'))
  .sort()
  .map((name) => `## ${name}\n${readFileSync(`${directory}/${name}`, 'utf8')}`)

const response = await fetch(`${process.env.ANTHROPIC_BASE_URL}/v1/messages?beta=true`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'x-api-key': process.env.ANTHROPIC_API_KEY,
  },
  body: JSON.stringify({
    model: 'stand-in',
    max_tokens: 1_000,
    stream: true,
    messages: [{ role: 'user', content: files.join('\n') }],
    metadata: { user_id: given.mission },
  }),
})
if (!response.ok) {
  console.error(`the API said ${response.status}: ${await response.text()}`)
  process.exit(1)
}
const words = (await response.text())
  .split('\n')
  .filter((line) => line.startsWith('data: '))
  .map((line) => JSON.parse(line.slice(6)).delta?.text ?? '')
  .join('')
const { path, find, replace, say } = JSON.parse(words)
if (path) writeFileSync(path, readFileSync(path, 'utf8').replace(find, replace))
console.log('thinking …')
console.log(say)
