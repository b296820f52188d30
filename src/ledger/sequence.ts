// The sequencer: numbers what was appended, grows the tree, signs the new head. One lock, one transaction.

import type { Clock, Transact } from '../kernel/work.ts'
import { keyName, type Ring } from '../keys/key.ts'
import { signCheckpoint } from './checkpoint.ts'
import { CompactRange, chainHash, FIRST_CHAIN, type Hash, leafHash } from './merkle.ts'

export interface NumberedLeaf {
  /** 0 for the first. */
  readonly seq: number
  readonly entry: string
  readonly hash: Hash
  /** SHA-256(chain of the leaf before ‖ hash): lets verification name the first leaf that is not in its place. */
  readonly chain: Hash
}

export interface Head {
  readonly size: number
  readonly root: Hash
  readonly roots: readonly Hash[]
  /** Chain of the last leaf. */
  readonly chain: Hash
  readonly note: string
}

export interface Sequencing {
  /** Waits for the one lock that every sequencer takes; held to the end of the transaction. */
  lock(): Promise<void>
  head(): Promise<Head | undefined>
  /** Entries that have no number yet, in the order in which they were appended. */
  unnumbered(limit: number): Promise<readonly { id: string; leaf: string }[]>
  extend(leaves: readonly NumberedLeaf[], head: Head): Promise<void>
  /** Number and text of an entry; undefined while it has none. */
  numbered(entry: string): Promise<{ readonly seq: number; readonly leaf: string } | undefined>
  /** Of the first `size` leaves, in order. */
  hashes(size: number): Promise<readonly Hash[]>
}

export const ORIGIN = keyName('ledger')
const BATCH = 1_000

/** Numbers up to 1,000 entries; returns how many. Throws where the stored head does not fit its own tree. */
export async function sequence(ctx: {
  transact: Transact<{ sequencing: Sequencing; clock: Clock }>
  keys: { readonly ledger: Ring }
}): Promise<number> {
  return ctx.transact(async ({ sequencing }) => {
    await sequencing.lock()
    const entries = await sequencing.unnumbered(BATCH)
    if (entries.length === 0) return 0
    const head = await sequencing.head()
    const tree = new CompactRange(head?.size ?? 0, head?.roots ?? [])
    if (head && !Buffer.from(tree.root()).equals(head.root))
      throw new Error(`The ledger's head at ${head.size} does not fit its tree; run: grace ledger verify`)
    let chain = head?.chain ?? FIRST_CHAIN
    const leaves = entries.map(({ id, leaf }): NumberedLeaf => {
      const hash = leafHash(Buffer.from(leaf))
      const seq = tree.size
      tree.append(hash)
      chain = chainHash(chain, hash)
      return { seq, entry: id, hash, chain }
    })
    const root = tree.root()
    const note = await signCheckpoint({ origin: ORIGIN, size: tree.size, root }, ctx.keys.ledger.signer)
    await sequencing.extend(leaves, { size: tree.size, root, roots: tree.roots, chain, note })
    return leaves.length
  })
}
