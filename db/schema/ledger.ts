// The immutable log. Rows are only ever inserted; triggers and grants see to it.
import { bigint, index, primaryKey, text } from '../drizzle.ts'
import { at, bytea, grace, json } from './grace.ts'

export const ledgerEntries = grace.table(
  'ledger_entries',
  {
    id: text().primaryKey(),
    /** Order of appending; gaps are rolled-back transactions. */
    appended: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().unique(),
    mission: text(),
    /** RFC 8785 JSON, exactly as hashed. */
    leaf: text().notNull(),
  },
  (t) => [index('ledger_entries_mission').on(t.mission, t.appended)],
)

/** Free text that a leaf only commits to. Redaction empties `text` and keeps the rest. */
export const ledgerTexts = grace.table(
  'ledger_texts',
  {
    commitment: text().primaryKey(),
    entry: text()
      .notNull()
      .references(() => ledgerEntries.id),
    salt: text().notNull(),
    text: text(),
  },
  (t) => [index('ledger_texts_entry').on(t.entry)],
)

/** Written by the sequencer only. */
export const ledgerLeaves = grace.table('ledger_leaves', {
  seq: bigint({ mode: 'number' }).primaryKey(),
  entry: text().notNull().unique(),
  hash: bytea('hash').notNull(),
  chain: bytea('chain').notNull(),
})

export const ledgerCheckpoints = grace.table('ledger_checkpoints', {
  size: bigint({ mode: 'number' }).primaryKey(),
  root: bytea('root').notNull(),
  /** Roots of the perfect subtrees, base64, largest first: what the sequencer goes on from. */
  roots: json<string[]>('roots').notNull(),
  chain: bytea('chain').notNull(),
  /** C2SP signed note. */
  note: text().notNull(),
  at: at('at').notNull(),
})

/** A checkpoint on its way to where Grace can't change it: the thread of a mission. */
export const publications = grace.table(
  'publications',
  {
    mission: text().notNull(),
    size: bigint({ mode: 'number' }).notNull(),
    platform: text().notNull(),
    channel: text().notNull(),
    queuedAt: at('queued_at').notNull(),
    /** Null while it is queued. */
    publishedAt: at('published_at'),
  },
  (t) => [primaryKey({ columns: [t.mission, t.size, t.platform, t.channel] })],
)
