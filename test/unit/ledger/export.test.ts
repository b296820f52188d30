// What the standalone verifier finds out, given only the file and what was published: whoever wrote the file has the key.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receiptOf } from '../../../src/ledger/export.ts'
import {
  archiveOf,
  checkpointOf,
  exported,
  keyOf,
  newSigner,
  type Said,
  saying,
} from '../../support/archive.ts'
import { VERIFIER, verifier } from '../../support/verifier.ts'

const signer = newSigner()
const key = verifier.openKey(keyOf(signer))
const SIZE = 24
const PUBLISHED = 17
const said = Array.from({ length: SIZE }, (_, i) => saying(i))
let published: string
let whole: string
beforeAll(async () => {
  published = await checkpointOf(said.slice(0, PUBLISHED), signer)
  whole = await exported(said, signer)
})

const why = (text: string, notes = [published], keys: unknown[] = [key]): string => {
  try {
    verifier.check(text, keys, notes)
    return 'whole'
  } catch (error) {
    expect(error).toBeInstanceOf(verifier.Broken)
    return (error as Error).message
  }
}
const without = <T>(list: readonly T[], i: number): T[] => list.filter((_, j) => j !== i)
const swapped = <T>(list: readonly T[], i: number, j: number): T[] =>
  list.map((one, at) => (at === i ? list[j]! : at === j ? list[i]! : one))
const rewritten = (i: number): Said[] => said.map((one, at) => (at === i ? saying(i + 1_000) : one))

test('a ledger that nobody touched is whole, with and without its words', async () => {
  expect(verifier.check(whole, [key], [published])).toMatchObject({
    size: SIZE,
    redacted: 0,
    published: [PUBLISHED],
  })
  const redacted = said.map((one, i) =>
    i % 2 ? one : { ...one, texts: one.texts.map((text) => ({ ...text, text: null })) },
  )
  expect(verifier.check(await exported(redacted, signer), [key], [published])).toMatchObject({ redacted: 12 })
})

describe('below a published checkpoint, with everything that follows made anew and signed with the true key', () => {
  test.each([
    ['an entry that is another', () => rewritten(5), /first 17 entries are not those that were published/],
    ['one that was dropped', () => without(said, 5), /first 17 entries are not those that were published/],
    [
      'two that were swapped',
      () => swapped(said, 3, 9),
      /first 17 entries are not those that were published/,
    ],
    ['one that was put in', () => [...said.slice(0, 4), saying(99), ...said.slice(4)], /not those that were/],
    [
      'an end that was cut off',
      () => said.slice(0, 12),
      /12 are there, and a checkpoint of 17 was published/,
    ],
  ])('%s', async (_what, make, message) => {
    expect(why(await exported(make(), signer))).toMatch(message)
  })
})

describe('above the last published checkpoint', () => {
  test('what was cut off or written anew with the true key can’t be seen, and it says so', async () => {
    expect(why(await exported(said.slice(0, 20), signer))).toBe('whole')
    expect(why(await exported(rewritten(20), signer))).toBe('whole')
    const { size, published: seen } = verifier.check(
      await exported(said.slice(0, 20), signer),
      [key],
      [published],
    )
    expect([size, ...seen]).toEqual([20, PUBLISHED])
  })
  test('without the key it can', async () => {
    expect(why(await exported(rewritten(20), newSigner()))).toMatch(/not signed by a key/)
  })
})

test('any bit of the file that is flipped is found', () => {
  const bytes = Buffer.from(whole)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 1 << bit
      const text = copy.toString('utf8')
      // White space between JSON's words says nothing.
      fc.pre(text.replaceAll(/\s/g, '') !== whole.replaceAll(/\s/g, ''))
      // The file's own word for its key does not count, as the key is given.
      fc.pre(!isInKey(at))
      expect(why(text)).not.toBe('whole')
    }),
    { numRuns: 3_000 },
  )
})
const isInKey = (at: number): boolean => {
  const from = whole.indexOf('"keys":["')
  return from >= 0 && at >= from && at <= whole.indexOf('"]}', from)
}

test('of random and mutated files none passes by an error', () => {
  const lines = whole.trimEnd().split('\n')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 200, unit: 'binary' }),
        fc.json().map((text) => `{"format":"grace-ledger/v1"}\n${text}`),
        fc.json().map((text) => `{"format":"grace-receipt/v1","entries":${text}}`),
        fc.string().map((text) => `c2sp.org/tlog-proof@v1\n${text}`),
        fc
          .tuple(fc.nat(lines.length - 1), fc.json())
          .map(([i, json]) => lines.map((l, j) => (j === i ? json : l)).join('\n')),
        fc.shuffledSubarray(lines, { maxLength: lines.length - 1 }).map((some) => some.join('\n')),
      ),
      (text) => {
        expect(why(text)).not.toBe('whole')
      },
    ),
    { numRuns: 5_000 },
  )
})

describe('a mission’s receipt', () => {
  const receipt = async (of = said, by = signer) =>
    receiptOf(await archiveOf(of, by), 1, [keyOf(by)], [PUBLISHED])
  test('holds every entry of it, each with a proof, and that the ledger grew from what was published', async () => {
    const made = await receipt()
    expect(made.entries).toHaveLength(8)
    expect(why(JSON.stringify(made))).toBe('whole')
    expect(why(made.entries[3]!.proof, [])).toBe('whole')
  })
  test('of a ledger that was written anew does not fit what was published', async () => {
    expect(why(JSON.stringify(await receipt(rewritten(2))))).toMatch(/first 17 entries are not those/)
  })
  test('with an entry of another mission, other words, another order or another proof is found', async () => {
    const made = await receipt()
    const [first, second, ...rest] = made.entries as [
      (typeof made.entries)[number],
      (typeof made.entries)[number],
      ...(typeof made.entries)[number][],
    ]
    const other = (await receiptOf(await archiveOf(said, signer), 2, [keyOf(signer)], [])).entries[0]!
    expect(why(JSON.stringify({ ...made, entries: [] }))).toMatch(/no entry/)
    const of = (entries: readonly unknown[]) => why(JSON.stringify({ ...made, entries }))
    expect(of([first, other])).toMatch(/of another mission/)
    expect(of([second, first])).toMatch(/not in its order/)
    expect(of([{ ...first, proof: second.proof }, ...rest])).toMatch(/does not stand in the tree/)
    expect(of([{ ...first, texts: first.texts.map((text) => ({ ...text, text: 'other' })) }])).toMatch(
      /other words/,
    )
    expect(of([{ ...first, texts: second.texts }])).toMatch(/words that it does not commit to/)
  })
  test('says what is missing where the published checkpoint is not in it, or newer', async () => {
    const made = await receipt(said.slice(0, 20))
    expect(why(JSON.stringify(made), [await checkpointOf(said.slice(0, 9), signer)])).toMatch(/--since 9/)
    expect(why(JSON.stringify(made), [await checkpointOf(said, signer)])).toMatch(/newer than this receipt/)
    await expect(receiptOf(await archiveOf(said, signer), 1, [keyOf(signer)], [25])).rejects.toThrow(
      /nothing can have grown from 25/,
    )
    await expect(receiptOf(await archiveOf(said, signer), 7, [keyOf(signer)], [])).rejects.toThrow(
      /no numbered entry of M-7/,
    )
  })
})

describe('as a program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grace-verify-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const file = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [VERIFIER.pathname, ...args], { encoding: 'utf8', env: {} })

  test('needs nothing but Node, and says what it could not see', () => {
    // Copied away from everything else of Grace.
    const alone = file('verify-ledger.mjs', execFileSync('cat', [VERIFIER.pathname], { encoding: 'utf8' }))
    const out = execFileSync(process.execPath, [alone, file('whole', whole)], { encoding: 'utf8', env: {} })
    expect(out).toMatch(/Whole: 24 entries/)
    expect(out).toMatch(/key that the file itself names/)
    expect(out).toMatch(/a ledger that was written anew, with the same key, would look the same/)
    const note = file('checkpoint', published)
    const { stdout } = run(file('whole', whole), '--key', keyOf(signer), '--checkpoint', note)
    expect(stdout).toMatch(/first 17 entries are as published\. Those above .* could not be seen/)
  })
  test('exit codes: 0 whole, 1 not whole, 2 could not be read', async () => {
    expect(run(file('whole', whole)).status).toBe(0)
    const cut = run(
      file('cut', await exported(said.slice(0, 3), signer)),
      '--checkpoint',
      file('c', published),
    )
    expect(cut.status).toBe(1)
    expect(cut.stderr).toMatch(/Not whole: entries are missing/)
    expect(run(join(directory, 'none')).status).toBe(2)
    expect(run().status).toBe(2)
  })
})
