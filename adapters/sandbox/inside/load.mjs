// The load generator: outside of the sandbox, inside its network namespace. One JSON question a line on stdin, one
// answer a line on stdout. Requests are sent when they are due, whatever comes back: no coordinated omission.
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'

const port = Number(process.argv[2])
const TIMEOUT_MS = 10_000
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** Milliseconds from `due` to the last byte, and whether it failed: no answer, or 500 and above. */
const send = (line, due) =>
  new Promise((resolve) => {
    const [method, path] = line.split(' ')
    const done = (failed) => resolve({ latency: performance.now() - due, failed })
    const req = request({ host: '127.0.0.1', port, method, path, agent, timeout: TIMEOUT_MS }, (res) => {
      res.resume()
      res.on('end', () => done(res.statusCode >= 500))
      res.on('error', () => done(true))
    })
    req.on('timeout', () => req.destroy(new Error('timeout')))
    req.on('error', () => done(true))
    req.end()
  })

async function load({ rate, requests }) {
  const start = performance.now() + 5
  const results = requests.map(async (line, i) => {
    const due = start + (i * 1000) / rate
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    return send(line, due)
  })
  const all = await Promise.all(results)
  return { latencies: all.map((r) => Math.round(r.latency * 1000) / 1000), failed: all.map((r) => r.failed) }
}

async function ready({ path, waitMs }) {
  for (const until = performance.now() + waitMs; performance.now() < until; ) {
    const { failed } = await send(`GET ${path}`, performance.now())
    if (!failed) return { ok: true }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return { ok: false }
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line)
  const answer = question.ready ? await ready(question.ready) : await load(question.load)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
