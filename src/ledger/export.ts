// The ledger as files that bin/verify-ledger.mjs checks on a machine that has neither Grace nor its database.
import type { Json } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import { HashTree, tlogProof } from './proof.ts'
import { ORIGIN } from './sequence.ts'
import type { LedgerPages, StoredLeaf } from './verify.ts'

const PAGE = 2_000

export interface LastCheckpoint {
  readonly size: number
  /** C2SP signed note. */
  readonly note: string
}

export interface LedgerArchive extends LedgerPages {
  /** Undefined before the first. */
  last(): Promise<LastCheckpoint | undefined>
  /** Numbers of a mission's entries, ascending. `mission`: as people say it, without its `M-`. */
  ofMission(mission: number): Promise<readonly number[]>
}

/** Words that a leaf commits to; null where they were redacted. */
type Texts = readonly { readonly commitment: string; readonly salt: string; readonly text: string | null }[]

const textsOf = ({ texts }: StoredLeaf): Texts =>
  texts.map(({ commitment, salt, text }) => ({ commitment, salt, text }))

async function* leavesOf(archive: LedgerPages, size: number): AsyncGenerator<StoredLeaf> {
  for (let from = 0; from < size; ) {
    const page = await archive.leaves(from, Math.min(PAGE, size - from))
    if (page.length === 0) throw gone(from)
    for (const leaf of page) {
      if (leaf.seq !== from || leaf.leaf === null) throw gone(from)
      yield leaf
      from++
    }
  }
}

const gone = (seq: number): Refusal =>
  new Refusal(
    'conflict',
    'ledger_broken',
    `Entry ${seq} of the ledger is gone.`,
    'Run: grace ledger verify. Then restore a backup.',
  )

async function lastOf(archive: LedgerArchive): Promise<LastCheckpoint> {
  const last = await archive.last()
  if (last) return last
  throw new Refusal(
    'not_found',
    'ledger_empty',
    'The ledger has no entry yet.',
    'Come back after the first mission.',
  )
}

/**
 * JSON Lines: a head with the format and the keys, one line per entry in order, and the last checkpoint. Entries that have
 * no number yet are not in it. `keys`: verifier keys that may have signed its checkpoints.
 */
export async function* exportLedger(archive: LedgerArchive, keys: readonly string[]): AsyncGenerator<string> {
  const { size, note } = await lastOf(archive)
  const line = (value: Json): string => `${JSON.stringify(value)}\n`
  yield line({ format: 'grace-ledger/v1', origin: ORIGIN, keys: [...keys] })
  for await (const stored of leavesOf(archive, size))
    yield line({ leaf: stored.leaf, texts: textsOf(stored) as unknown as Json })
  yield line({ checkpoint: note })
}

export interface Receipt {
  readonly format: 'grace-receipt/v1'
  /** `M-12`. */
  readonly mission: string
  readonly keys: readonly string[]
  readonly checkpoint: string
  /** That the tree of the checkpoint grew from the one that was published at each of these sizes. */
  readonly consistency: readonly { readonly size: number; readonly proof: readonly string[] }[]
  readonly entries: readonly { readonly leaf: string; readonly texts: Texts; readonly proof: string }[]
}

/** All that the ledger has of a mission, each entry with its proof. `since`: sizes of published checkpoints. */
export async function receiptOf(
  archive: LedgerArchive,
  mission: number,
  keys: readonly string[],
  since: readonly number[],
): Promise<Receipt> {
  const { size, note } = await lastOf(archive)
  const wanted = new Set((await archive.ofMission(mission)).filter((seq) => seq < size))
  if (wanted.size === 0)
    throw new Refusal(
      'not_found',
      'nothing_of_it',
      `The ledger has no numbered entry of M-${mission}.`,
      'See the missions there are with: grace missions list',
    )
  const above = since.find((one) => !(Number.isInteger(one) && one >= 1 && one <= size))
  if (above !== undefined)
    throw new Refusal(
      'invalid',
      'no_such_size',
      `The ledger has ${size} numbered entries: nothing can have grown from ${above}.`,
      'Give the second line of a published checkpoint. If it is one, entries are missing: run grace ledger verify.',
    )
  const hashes: Uint8Array[] = []
  const kept: StoredLeaf[] = []
  for await (const stored of leavesOf(archive, size)) {
    hashes.push(stored.hash)
    if (wanted.has(stored.seq)) kept.push(stored)
  }
  const tree = new HashTree(hashes)
  return {
    format: 'grace-receipt/v1',
    mission: `M-${mission}`,
    keys,
    checkpoint: note,
    consistency: since.map((from) => ({
      size: from,
      proof: tree.consistency(from).map((hash) => Buffer.from(hash).toString('base64')),
    })),
    entries: kept.map((stored) => ({
      leaf: stored.leaf!,
      texts: textsOf(stored),
      proof: tlogProof({
        index: stored.seq,
        path: tree.inclusion(stored.seq),
        checkpoint: note,
        extra: stored.leaf!,
      }),
    })),
  }
}
