// That one entry stands in the ledger, for somebody who does not trust the database.
import type { Transact } from '../kernel/work.ts'
import { HashTree, tlogProof } from './proof.ts'
import type { Sequencing } from './sequence.ts'

/** C2SP tlog-proof of a numbered entry under the last checkpoint; empty where it is under none yet, which the gate refuses. */
export async function proveEntry(
  ctx: { transact: Transact<{ sequencing: Sequencing }> },
  entry: string,
): Promise<string> {
  return ctx.transact(async ({ sequencing }) => {
    const head = await sequencing.head()
    const found = await sequencing.numbered(entry)
    if (!head || !found || found.seq >= head.size) return ''
    const tree = new HashTree(await sequencing.hashes(head.size))
    return tlogProof({
      index: found.seq,
      path: tree.inclusion(found.seq),
      checkpoint: head.note,
      extra: found.leaf,
    })
  })
}
