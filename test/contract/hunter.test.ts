// The thread that looks at files: what a file does to its reader stays there, and says nothing good of the file.
import { expect, test } from 'vitest'
import { hunterInThread } from '../../adapters/hunter/scanner.ts'
import type { ScannedFile } from '../../src/hunter/scan.ts'

const added = (path: string, after: string): ScannedFile => ({
  path,
  before: undefined,
  after,
  added: after.split('\n').map((text, i) => ({ number: i + 1, text })),
  removed: [],
})

test('finds what the same look in this thread finds', async () => {
  const scan = await hunterInThread().scan([
    added('a.mjs', 'export const one = 1\n'),
    added('b.cjs', "eval(Buffer.from('YWxlcnQoMSk=', 'base64').toString())\n"),
  ])
  expect(scan.added).toEqual([
    { rule: 'hidden-code', grade: 'block', path: 'b.cjs', line: 1, what: 'encoded text is run as code' },
  ])
  expect(scan.unread).toEqual([])
})

test('a file that can’t be read is one of which nothing is known, and the next one is looked at', async () => {
  const scan = await hunterInThread().scan([added('a.ts', 'const = ('), added('b.ts', 'eval(atob(x))')])
  expect(scan.unread.map(({ path }) => path)).toEqual(['a.ts'])
  expect(scan.added.map(({ path }) => path)).toEqual(['b.ts'])
})

test('a file that takes too long, too', async () => {
  const slow = `const a = [${'a=>'.repeat(2_000)}1]\n`.repeat(200)
  const scan = await hunterInThread(1).scan([added('slow.ts', slow), added('fast.txt', '')])
  expect(scan.unread[0]).toEqual({ path: 'slow.ts', why: 'took longer than 0.001 s to look at' })
})
