import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompactRange, leafHash } from '../../../src/ledger/merkle.ts'
import { HashTree } from '../../../src/ledger/proof.ts'
import { verifier } from '../../support/verifier.ts'

const hashes = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => leafHash(Buffer.from(`${i}`)))
const rootOf = (leaves: readonly Uint8Array[]): Uint8Array => {
  const tree = new CompactRange()
  for (const leaf of leaves) tree.append(leaf)
  return tree.root()
}
const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
  return copy
}

describe('what is proved is what the standalone verifier accepts', () => {
  test('each leaf of each tree up to 40, and each growth from one to another', () => {
    const all = hashes(40)
    const tree = new HashTree(all)
    const roots = [...all, all[0]!].map((_, size) => rootOf(all.slice(0, size)))
    for (let size = 1; size <= 40; size++) {
      for (let index = 0; index < size; index++)
        expect(
          verifier.includes({
            index,
            size,
            leaf: all[index]!,
            path: tree.inclusion(index, size),
            root: roots[size]!,
          }),
          `${index} of ${size}`,
        ).toBe(true)
      for (let first = 1; first <= size; first++)
        expect(
          verifier.extendsTree({
            first,
            second: size,
            firstRoot: roots[first]!,
            secondRoot: roots[size]!,
            path: tree.consistency(first, size),
          }),
          `${first} to ${size}`,
        ).toBe(true)
    }
  })

  test('and nothing else: another index, size, leaf, root, a step more, fewer or flipped', () => {
    const all = hashes(64)
    const tree = new HashTree(all)
    const roots = [...all, all[0]!].map((_, size) => rootOf(all.slice(0, size)))
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 64 })
          .chain((size) =>
            fc.tuple(fc.constant(size), fc.nat(size - 1), fc.integer({ min: 1, max: size - 1 })),
          ),
        fc.nat(255),
        fc.nat(63),
        ([size, index, first], bit, other) => {
          const path = tree.inclusion(index, size)
          const good = { index, size, leaf: all[index]!, path, root: roots[size]! }
          const wrong = [
            { ...good, leaf: flipped(good.leaf, bit) },
            { ...good, root: flipped(good.root, bit) },
            { ...good, path: path.slice(1) },
            { ...good, path: [...path, good.leaf] },
            { ...good, path: path.map((step, i) => (i === other % path.length ? flipped(step, bit) : step)) },
            { ...good, index: size },
            ...(other < size && other !== index ? [{ ...good, index: other }] : []),
          ]
          for (const one of wrong) expect(verifier.includes(one)).toBe(false)
          const grown = tree.consistency(first, size)
          const growth = {
            first,
            second: size,
            firstRoot: roots[first]!,
            secondRoot: roots[size]!,
            path: grown,
          }
          for (const one of [
            { ...growth, firstRoot: flipped(growth.firstRoot, bit) },
            { ...growth, secondRoot: flipped(growth.secondRoot, bit) },
            { ...growth, path: grown.slice(1) },
            { ...growth, path: [...grown, growth.firstRoot] },
            {
              ...growth,
              path: grown.map((step, i) => (i === other % grown.length ? flipped(step, bit) : step)),
            },
            { ...growth, first: 0 },
            { ...growth, first: size + 1 },
          ])
            expect(verifier.extendsTree(one)).toBe(false)
        },
      ),
    )
  })

  test('a proof of what is not there is refused', () => {
    const tree = new HashTree(hashes(5))
    expect(() => tree.inclusion(5)).toThrow(/no leaf 5 in a tree of 5/)
    expect(() => tree.consistency(0)).toThrow(/no proof from 0/)
    expect(() => tree.consistency(3, 6)).toThrow(/there are 5/)
  })
})
