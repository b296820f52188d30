import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spoken } from '../../../src/kernel/work.ts'
import { signerOf } from '../../../src/keys/key.ts'
import { openCheckpoint, signCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { commitmentOf, leafOf } from '../../../src/ledger/leaf.ts'
import { CompactRange, leafHash, nodeHash } from '../../../src/ledger/merkle.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

// The leaves and roots that the reference implementations of RFC 6962 test with (certificate-transparency,
// transparency-dev/merkle: testonly/constants.go).
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('the roots of RFC 6962’s own test tree', () => {
  const tree = new CompactRange()
  expect(hex(tree.root())).toBe(ROOTS[0])
  for (const [i, leaf] of LEAVES.entries()) {
    tree.append(leafHash(Buffer.from(leaf, 'hex')))
    expect(hex(tree.root()), `size ${i + 1}`).toBe(ROOTS[i + 1])
  }
})

test('the same root as the recursive definition, for any leaves and after any pause', () => {
  const recursive = (hashes: Uint8Array[]): Uint8Array => {
    if (hashes.length === 0) return new Uint8Array(createHash('sha256').digest())
    if (hashes.length === 1) return hashes[0]!
    let k = 1
    while (k * 2 < hashes.length) k *= 2
    return nodeHash(recursive(hashes.slice(0, k)), recursive(hashes.slice(k)))
  }
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), fc.nat(70), (leaves, pause) => {
      const hashes = leaves.map((leaf) => leafHash(leaf))
      let tree = new CompactRange()
      for (const [i, hash] of hashes.entries()) {
        if (i === pause) tree = new CompactRange(tree.size, tree.roots)
        tree.append(hash)
      }
      expect(hex(tree.root())).toBe(hex(recursive(hashes)))
    }),
  )
})

test('a saved range of the wrong shape is refused', () => {
  expect(() => new CompactRange(3, [leafHash(Buffer.of(1))])).toThrow(/2 subtree roots/)
})

describe('a checkpoint', () => {
  const signer = signerOf('grace/ledger', generateKeyPairSync('ed25519').privateKey)
  const checkpoint = { origin: 'grace/ledger', size: 42, root: leafHash(Buffer.of(1)) }
  test('is a signed note that opens with its key only', async () => {
    const note = await signCheckpoint(checkpoint, signer)
    expect(note).toMatch(/^grace\/ledger\n42\n[A-Za-z0-9+/]{43}=\n\n— grace\/ledger [A-Za-z0-9+/]+=*\n$/)
    expect(openCheckpoint(note, signer.name, [signer.publicKey])).toMatchObject(checkpoint)
    const other = signerOf('grace/ledger', generateKeyPairSync('ed25519').privateKey)
    expect(openCheckpoint(note, other.name, [other.publicKey])).toBeUndefined()
  })
  test.each([
    ['another size', (n: string) => n.replace('\n42\n', '\n43\n')],
    ['another origin', (n: string) => n.replace(/^grace/, 'grave')],
    ['no signature', (n: string) => n.slice(0, n.indexOf('—'))],
    ['a size with a zero before it', (n: string) => n.replace('\n42\n', '\n042\n')],
    ['another line', (n: string) => n.replace('\n\n', '\nmore\n\n')],
    ['nothing', () => ''],
  ])('with %s does not open', async (_what, change) => {
    const note = change(await signCheckpoint(checkpoint, signer))
    expect(openCheckpoint(note, signer.name, [signer.publicKey])).toBeUndefined()
  })
})

describe('a leaf', () => {
  const entry = {
    kind: 'Tested',
    actor: { kind: 'member' as const, id: 'ada' },
    mission: 'm',
    facts: { n: 1, said: spoken('secret words'), none: undefined },
  }
  test('is RFC 8785 JSON that does not contain the words, only a salted commitment', () => {
    const { leaf, texts } = leafOf(entry, 'id', new Date(0), () => 'ab'.repeat(32))
    expect(leaf).not.toContain('secret')
    expect(Object.keys(JSON.parse(leaf))).toEqual(['actor', 'at', 'facts', 'id', 'kind', 'mission', 'v'])
    expect(texts).toEqual([
      {
        commitment: commitmentOf('ab'.repeat(32), 'secret words'),
        salt: 'ab'.repeat(32),
        text: 'secret words',
      },
    ])
    expect(leaf).toContain(texts[0]!.commitment)
  })
  test('commits to the same words differently each time', () => {
    let n = 0
    const salt = () => String(n++).padStart(64, '0')
    expect(leafOf(entry, 'id', new Date(0), salt).leaf).not.toBe(leafOf(entry, 'id', new Date(0), salt).leaf)
  })
})
