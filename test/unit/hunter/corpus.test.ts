// How much of the development set Hunter stops, and how much of what only looks like it.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { scanFile } from '../../../src/hunter/scan.ts'

interface Snippet {
  readonly id: string
  readonly label: 'unsafe' | 'safe'
  readonly path: string
  readonly text: string
}

function read(file: string): Snippet[] {
  const bytes = readFileSync(new URL(`../../fixtures/hunter/${file}`, import.meta.url))
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Snippet)
}

const blocks = async ({ path, text }: Snippet): Promise<boolean> => {
  const added = text.split('\n').map((line, i) => ({ number: i + 1, text: line }))
  const scan = await scanFile({ path, before: undefined, after: text, added, removed: [] })
  return scan.added.some(({ grade }) => grade === 'block')
}

/** `seen`: the share of the unsafe that is stopped, at least; `wrongly`: of the safe, at most. */
const SETS = [
  { file: 'javascript.jsonl', seen: 0.86, wrongly: 0.01 },
  { file: 'python.jsonl', seen: 0.93, wrongly: 0.01 },
  { file: 'secrets.jsonl.gz', seen: 0.98, wrongly: 0.01 },
  { file: 'trojan.jsonl', seen: 0.98, wrongly: 0.02 },
]

describe.each(SETS)('$file', ({ file, seen, wrongly }) => {
  test('of the unsafe nearly all, of the safe nearly none', async () => {
    const snippets = read(file)
    const stopped: Record<Snippet['label'], string[]> = { unsafe: [], safe: [] }
    for (const snippet of snippets) if (await blocks(snippet)) stopped[snippet.label].push(snippet.id)
    const unsafe = snippets.filter(({ label }) => label === 'unsafe').length
    expect(stopped.unsafe.length / unsafe, 'of the unsafe').toBeGreaterThanOrEqual(seen)
    expect(stopped.safe.length / (snippets.length - unsafe), stopped.safe.join()).toBeLessThanOrEqual(wrongly)
  }, 60_000)
})
