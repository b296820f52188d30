// The process that looks at files: what a file does to its reader stays there, and says nothing good of the file.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hunterInProcess } from '../../adapters/hunter/scanner.ts'
import { scanCommand } from '../../src/cli/scan.ts'
import type { ScannedFile } from '../../src/hunter/scan.ts'

const added = (path: string, after: string): ScannedFile => ({
  path,
  before: undefined,
  after,
  added: after.split('\n').map((text, i) => ({ number: i + 1, text })),
  removed: [],
})

test('finds what the same look in this process finds', async () => {
  const scan = await hunterInProcess().scan([
    added('a.mjs', 'export const one = 1\n'),
    added('b.cjs', "eval(Buffer.from('YWxlcnQoMSk=', 'base64').toString())\n"),
  ])
  expect(scan.added).toEqual([
    { rule: 'hidden-code', grade: 'block', path: 'b.cjs', line: 1, what: 'encoded text is run as code' },
  ])
  expect(scan.unread).toEqual([])
})

test('a file that can’t be read is one of which nothing is known, and the next one is looked at', async () => {
  const scan = await hunterInProcess().scan([added('a.ts', 'const = ('), added('b.ts', 'eval(atob(x))')])
  expect(scan.unread.map(({ path }) => path)).toEqual(['a.ts'])
  expect(scan.added.map(({ path }) => path)).toEqual(['b.ts'])
})

test('a file that takes too long, too', async () => {
  const slow = `const a = [${'a=>'.repeat(2_000)}1]\n`.repeat(200)
  const scan = await hunterInProcess(1).scan([added('slow.ts', slow), added('fast.txt', '')])
  expect(scan.unread[0]).toEqual({
    path: 'slow.ts',
    why: 'took longer than 0.001 s to look at',
    of: 'everything',
  })
})

test('grace scan: directories without what is installed, findings with their lines, SARIF for a forge', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'grace-scan-'))
  try {
    mkdirSync(join(directory, 'node_modules'))
    writeFileSync(join(directory, 'node_modules/x.js'), 'eval(atob(x))')
    writeFileSync(join(directory, 'a b.cjs'), "\nrequire('child_' + 'process')")
    writeFileSync(join(directory, 'c.js'), "require('child_process').execFileSync('git', ['status'])")
    const said: string[] = []
    const sarif = join(directory, 'out.sarif')
    const fine = await scanCommand([directory], { sarif, version: '1' }, (line) => said.push(line))
    expect(fine).toBe(false)
    expect(said.at(-1)).toBe('2 files: 1 block, 1 for review, 0 not looked at.')
    const { runs } = JSON.parse(readFileSync(sarif, 'utf8'))
    expect(runs[0].results[0]).toMatchObject({ ruleId: 'hidden-name', level: 'error' })
    const { artifactLocation, region } = runs[0].results[0].locations[0].physicalLocation
    expect(artifactLocation.uri).toMatch(/a%20b\.cjs$/)
    expect(region).toEqual({ startLine: 2 })
  } finally {
    rmSync(directory, { recursive: true })
  }
})
