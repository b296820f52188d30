import type { LedgerArchive } from '../../src/ledger/export.ts'
import type { PublicationKey, Publications } from '../../src/ledger/publication.ts'
import type { Sequencing } from '../../src/ledger/sequence.ts'
import type { LedgerPages } from '../../src/ledger/verify.ts'
import type { Db } from '../client.ts'
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, sql } from '../drizzle.ts'
import {
  ledgerCheckpoints,
  ledgerEntries,
  ledgerLeaves,
  ledgerTexts,
  missions,
  publications,
} from '../schema/index.ts'

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
    async numbered(entry) {
      const [row] = await db
        .select({ seq: ledgerLeaves.seq, leaf: ledgerEntries.leaf })
        .from(ledgerLeaves)
        .innerJoin(ledgerEntries, eq(ledgerEntries.id, ledgerLeaves.entry))
        .where(eq(ledgerLeaves.entry, entry))
      return row
    },
    async hashes(size) {
      const rows = await db
        .select({ hash: ledgerLeaves.hash })
        .from(ledgerLeaves)
        .where(lt(ledgerLeaves.seq, size))
        .orderBy(asc(ledgerLeaves.seq))
      return rows.map(({ hash }) => hash)
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

export function ledgerArchiveOn(db: Db): LedgerArchive {
  return {
    ...ledgerPagesOn(db),
    async last() {
      const [row] = await db
        .select({ size: ledgerCheckpoints.size, note: ledgerCheckpoints.note })
        .from(ledgerCheckpoints)
        .orderBy(desc(ledgerCheckpoints.size))
        .limit(1)
      return row
    },
    async ofMission(mission) {
      const rows = await db
        .select({ seq: ledgerLeaves.seq })
        .from(ledgerLeaves)
        .innerJoin(ledgerEntries, eq(ledgerEntries.id, ledgerLeaves.entry))
        .innerJoin(missions, eq(missions.id, ledgerEntries.mission))
        .where(eq(missions.number, mission))
        .orderBy(asc(ledgerLeaves.seq))
      return rows.map((row) => row.seq)
    },
  }
}

/** Empties the words of an entry; what it commits to stays. How many texts that were. */
export async function redactEntry(
  db: Db,
  seq: number,
): Promise<{ entry: string; emptied: number } | undefined> {
  const [leaf] = await db
    .select({ entry: ledgerLeaves.entry })
    .from(ledgerLeaves)
    .where(eq(ledgerLeaves.seq, seq))
  if (!leaf) return undefined
  const emptied = await db
    .update(ledgerTexts)
    .set({ text: null })
    .where(and(eq(ledgerTexts.entry, leaf.entry), isNotNull(ledgerTexts.text)))
    .returning({ commitment: ledgerTexts.commitment })
  return { entry: leaf.entry, emptied: emptied.length }
}

export function publicationsOn(db: Db): Publications {
  const at = ({ mission, size, platform, channel }: PublicationKey) =>
    and(
      eq(publications.mission, mission),
      eq(publications.size, size),
      eq(publications.platform, platform),
      eq(publications.channel, channel),
    )
  return {
    async queue({ mission, size, platform, channel }) {
      await db
        .insert(publications)
        .values({ mission, size, platform, channel, queuedAt: sql`grace.now()` })
        .onConflictDoNothing()
    },
    async done(of) {
      await db.update(publications).set({ publishedAt: sql`grace.now()` }).where(at(of))
    },
    async of(mission) {
      const rows = await db
        .select()
        .from(publications)
        .where(eq(publications.mission, mission))
        .orderBy(asc(publications.size))
      return rows.map(({ publishedAt, queuedAt: _, ...key }) => ({
        ...key,
        isPublished: publishedAt !== null,
      }))
    },
  }
}
