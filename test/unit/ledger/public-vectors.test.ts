// The vectors of transparency-dev/merkle. They are not ours to commit: GRACE_MERKLE_VECTORS=<checkout>/testdata runs them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isIncluded } from '../../../src/ledger/open-proof.ts'
import { verifier } from '../../support/verifier.ts'

const DIRECTORY = process.env.GRACE_MERKLE_VECTORS
const hash = (text: string | null): Uint8Array => Buffer.from(text ?? '', 'base64')

interface Vector {
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
  readonly desc: string
  readonly leafIdx: number
  readonly treeSize: number
  readonly leafHash: string
  readonly root: string
  readonly size1: number
  readonly size2: number
  readonly root1: string
  readonly root2: string
}

const vectorsIn = (kind: string): [string, Vector][] =>
  readdirSync(join(DIRECTORY!, kind), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(DIRECTORY!, kind, name), 'utf8')) as Vector])

describe.skipIf(!DIRECTORY)('transparency-dev/merkle', () => {
  test('inclusion', () => {
    const vectors = vectorsIn('inclusion')
    expect(vectors.length).toBeGreaterThan(50)
    for (const [name, { leafIdx, treeSize, leafHash, root, proof, wantErr }] of vectors)
      for (const reader of [verifier.includes, isIncluded])
        expect(
          reader({
            index: leafIdx,
            size: treeSize,
            leaf: hash(leafHash),
            path: (proof ?? []).map(hash),
            root: hash(root),
          }),
          name,
        ).toBe(!wantErr)
  })
  test('consistency', () => {
    const vectors = vectorsIn('consistency')
    expect(vectors.length).toBeGreaterThan(50)
    for (const [name, { size1, size2, root1, root2, proof, wantErr }] of vectors)
      expect(
        verifier.extendsTree({
          first: size1,
          second: size2,
          firstRoot: hash(root1),
          secondRoot: hash(root2),
          path: (proof ?? []).map(hash),
        }),
        name,
      ).toBe(!wantErr)
  })
})
