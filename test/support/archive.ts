// A ledger in memory, as its owner (who has the key) can make any.
import { generateKeyPairSync } from 'node:crypto'
import { spoken } from '../../src/kernel/work.ts'
import { type Signer, signerOf } from '../../src/keys/key.ts'
import { signCheckpoint, verifierKey } from '../../src/ledger/checkpoint.ts'
import { exportLedger, type LedgerArchive } from '../../src/ledger/export.ts'
import { leafOf, type SpokenText } from '../../src/ledger/leaf.ts'
import { CompactRange, chainHash, FIRST_CHAIN, leafHash } from '../../src/ledger/merkle.ts'
import { ORIGIN } from '../../src/ledger/sequence.ts'

export interface Said {
  readonly leaf: string
  readonly texts: readonly (Omit<SpokenText, 'text'> & { text: string | null })[]
}

export const newSigner = (): Signer => signerOf(ORIGIN, generateKeyPairSync('ed25519').privateKey)
export const keyOf = (signer: Signer): string => verifierKey(ORIGIN, signer.publicKey)

export const saying = (i: number, mission = `m-${i % 3}`): Said => {
  const { leaf, texts } = leafOf(
    {
      kind: 'Tested',
      actor: { kind: 'member', id: 'ada' },
      mission,
      facts: { i, why: spoken(`words ${i}`) },
    },
    `id-${i}`,
    new Date(i),
    () => i.toString(16).padStart(64, '0'),
  )
  return { leaf, texts }
}

export async function checkpointOf(said: readonly Said[], signer: Signer): Promise<string> {
  const tree = new CompactRange()
  for (const { leaf } of said) tree.append(leafHash(Buffer.from(leaf)))
  return signCheckpoint({ origin: ORIGIN, size: said.length, root: tree.root() }, signer)
}

export async function archiveOf(said: readonly Said[], signer: Signer): Promise<LedgerArchive> {
  const note = await checkpointOf(said, signer)
  let chain = FIRST_CHAIN
  const stored = said.map(({ leaf, texts }, seq) => {
    const hash = leafHash(Buffer.from(leaf))
    chain = chainHash(chain, hash)
    return { seq, entry: `id-${seq}`, leaf, hash, chain, texts }
  })
  const size = said.length
  return {
    leaves: async (from, limit) => stored.slice(from, from + limit),
    checkpoints: async (from, to) => (from < size && size <= to ? [{ size, note }] : []),
    largest: async () => size,
    waiting: async () => 0,
    last: async () => (size === 0 ? undefined : { size, note }),
    ofMission: async (number) =>
      stored
        .filter(({ leaf }) => (JSON.parse(leaf) as { mission: string }).mission === `m-${number}`)
        .map(({ seq }) => seq),
  }
}

export async function exported(said: readonly Said[], signer: Signer): Promise<string> {
  let text = ''
  for await (const line of exportLedger(await archiveOf(said, signer), [keyOf(signer)])) text += line
  return text
}
