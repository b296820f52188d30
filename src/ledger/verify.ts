// Goes through the whole ledger and names the first entry that is not what it was.
import { openCheckpoint } from './checkpoint.ts'
import { commitmentOf } from './leaf.ts'
import { CompactRange, chainHash, FIRST_CHAIN, leafHash } from './merkle.ts'
import { ORIGIN } from './sequence.ts'

export interface StoredLeaf {
  readonly seq: number
  readonly entry: string
  /** Null where the entry's row is gone. */
  readonly leaf: string | null
  readonly hash: Uint8Array
  readonly chain: Uint8Array
  readonly texts: readonly { commitment: string; salt: string; text: string | null }[]
}

export interface LedgerPages {
  /** In order of `seq`, from the given one. */
  leaves(from: number, limit: number): Promise<readonly StoredLeaf[]>
  /** Every signed checkpoint with a size above `from` and at most `to`. */
  checkpoints(from: number, to: number): Promise<readonly { size: number; note: string }[]>
  /** Size of the largest checkpoint; 0 where there is none. */
  largest(): Promise<number>
  /** Entries that wait for their number. */
  waiting(): Promise<number>
}

export type Verification =
  | { readonly ok: true; readonly size: number; readonly waiting: number; readonly redacted: number }
  | { readonly ok: false; readonly seq: number; readonly entry: string | null; readonly why: string }

const PAGE = 2_000
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

/** `known`: public keys that may have signed its checkpoints. */
export async function verifyLedger(pages: LedgerPages, known: readonly Uint8Array[]): Promise<Verification> {
  const tree = new CompactRange()
  let redacted = 0
  let chain = FIRST_CHAIN
  for (;;) {
    const from = tree.size
    const leaves = await pages.leaves(from, PAGE)
    if (leaves.length === 0) break
    const checkpoints = new Map(
      (await pages.checkpoints(from, from + leaves.length)).map((c) => [c.size, c.note]),
    )
    for (const stored of leaves) {
      const broken = (why: string): Verification => ({ ok: false, seq: stored.seq, entry: stored.entry, why })
      if (stored.seq !== tree.size)
        return { ok: false, seq: tree.size, entry: null, why: `it is missing; the next one is ${stored.seq}` }
      if (stored.leaf === null) return broken('its text is gone')
      const hash = leafHash(Buffer.from(stored.leaf))
      if (!same(hash, stored.hash)) return broken('its text is not the one that was hashed')
      if ((JSON.parse(stored.leaf) as { id?: string }).id !== stored.entry)
        return broken('it stands under another id')
      tree.append(hash)
      chain = chainHash(chain, hash)
      if (!same(chain, stored.chain)) return broken('it is not the entry that was numbered here')
      for (const text of stored.texts) {
        if (text.text === null) redacted++
        else if (commitmentOf(text.salt, text.text) !== text.commitment)
          return broken('words in it are not those that were committed to')
      }
      const note = checkpoints.get(tree.size)
      if (note === undefined) continue
      const said = openCheckpoint(note, ORIGIN, known)
      if (!said) return broken('the checkpoint behind it is not signed by a key of Grace’s')
      if (said.size !== tree.size || !same(said.root, tree.root()))
        return broken('the signed checkpoint behind it says another tree')
    }
  }
  const largest = await pages.largest()
  if (largest > tree.size)
    return {
      ok: false,
      seq: tree.size,
      entry: null,
      why: `it is missing; a signed checkpoint says there are ${largest}`,
    }
  return { ok: true, size: tree.size, waiting: await pages.waiting(), redacted }
}
