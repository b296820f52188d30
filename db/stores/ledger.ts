import type { Sequencing } from '../../src/ledger/sequence.ts'
import type { LedgerPages } from '../../src/ledger/verify.ts'
import type { Db } from '../client.ts'
import { and, asc, desc, eq, gt, gte, inArray, isNull, lte, sql } from '../drizzle.ts'
import { ledgerCheckpoints, ledgerEntries, ledgerLeaves, ledgerTexts } from '../schema/index.ts'

/** Advisory lock of the sequencer. */
const SEQUENCER = 7303

export function sequencingOn(db: Db): Sequencing {
  return {
    async lock() {
      await db.execute(sql`select pg_advisory_xact_lock(${SEQUENCER})`)
    },
    async head() {
      const [row] = await db.select().from(ledgerCheckpoints).orderBy(desc(ledgerCheckpoints.size)).limit(1)
      return row && { ...row, roots: row.roots.map((root) => new Uint8Array(Buffer.from(root, 'base64'))) }
    },
    async unnumbered(limit) {
      return db
        .select({ id: ledgerEntries.id, leaf: ledgerEntries.leaf })
        .from(ledgerEntries)
        .leftJoin(ledgerLeaves, eq(ledgerLeaves.entry, ledgerEntries.id))
        .where(isNull(ledgerLeaves.entry))
        .orderBy(asc(ledgerEntries.appended))
        .limit(limit)
    },
    async extend(leaves, head) {
      await db.insert(ledgerLeaves).values([...leaves])
      await db.insert(ledgerCheckpoints).values({
        ...head,
        roots: head.roots.map((root) => Buffer.from(root).toString('base64')),
        at: sql`grace.now()`,
      })
    },
  }
}

export function ledgerPagesOn(db: Db): LedgerPages {
  return {
    async leaves(from, limit) {
      const rows = await db
        .select({
          seq: ledgerLeaves.seq,
          entry: ledgerLeaves.entry,
          hash: ledgerLeaves.hash,
          chain: ledgerLeaves.chain,
          leaf: ledgerEntries.leaf,
        })
        .from(ledgerLeaves)
        .leftJoin(ledgerEntries, eq(ledgerEntries.id, ledgerLeaves.entry))
        .where(gte(ledgerLeaves.seq, from))
        .orderBy(asc(ledgerLeaves.seq))
        .limit(limit)
      const texts =
        rows.length === 0
          ? []
          : await db
              .select()
              .from(ledgerTexts)
              .where(
                inArray(
                  ledgerTexts.entry,
                  rows.map((row) => row.entry),
                ),
              )
      const byEntry = Map.groupBy(texts, (text) => text.entry)
      return rows.map((row) => ({ ...row, texts: byEntry.get(row.entry) ?? [] }))
    },
    async checkpoints(from, to) {
      return db
        .select({ size: ledgerCheckpoints.size, note: ledgerCheckpoints.note })
        .from(ledgerCheckpoints)
        .where(and(gt(ledgerCheckpoints.size, from), lte(ledgerCheckpoints.size, to)))
    },
    async largest() {
      const [row] = await db
        .select({ size: sql<number>`coalesce(max(${ledgerCheckpoints.size}), 0)::int` })
        .from(ledgerCheckpoints)
      return row!.size
    },
    async waiting() {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(ledgerEntries)
        .leftJoin(ledgerLeaves, eq(ledgerLeaves.entry, ledgerEntries.id))
        .where(isNull(ledgerLeaves.entry))
      return row!.count
    },
  }
}
