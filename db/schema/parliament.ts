import type { Assertion } from '../../src/access/assurance.ts'
import { bigint, boolean, integer, primaryKey, sql, text, uniqueIndex } from '../drizzle.ts'
import { members } from './configuration.ts'
import { evidence } from './evidence.ts'
import { at, grace, json } from './grace.ts'
import { missions } from './missions.ts'

export const sessions = grace.table(
  'sessions',
  {
    id: text().primaryKey(),
    mission: text()
      .notNull()
      .references(() => missions.id),
    target: text().notNull(),
    candidateDigest: text('candidate_digest').notNull(),
    evidence: text()
      .notNull()
      .references(() => evidence.id),
    evidenceDigest: text('evidence_digest').notNull(),
    policyDigest: text('policy_digest').notNull(),
    electorateDigest: text('electorate_digest').notNull(),
    /** As the risk of the change asks: never fewer than the target's own. */
    minApprovals: integer('min_approvals').notNull(),
    /** One of them has to approve; empty: nobody in particular. */
    owners: text().array().notNull().default([]),
    /** What an approval needs at least: `click` or `passkey`. */
    assurance: text().notNull().default('click'),
    share: integer().notNull(),
    dwellMs: bigint('dwell_ms', { mode: 'number' }).notNull(),
    /** Trust and threshold as they were shown (basis points). */
    trust: integer().notNull(),
    threshold: integer().notNull(),
    openedAt: at('opened_at').notNull(),
    /** The ballot trigger refuses from here on, whether or not a sweeper ran. */
    deadline: at('deadline').notNull(),
    /** `open`, `closed` or `void`. */
    state: text().notNull(),
    /** `passed`, `rejected` or `expired`, once closed. */
    result: text(),
    closedAt: at('closed_at'),
    /** Ledger entry of the closing: a checkpoint must cover it before an unlock. */
    closingEntry: text('closing_entry'),
    reason: text().notNull(),
  },
  (t) => [uniqueIndex('sessions_open').on(t.mission).where(sql`${t.state} = 'open'`)],
)

/** The snapshot of who may vote, fixed when the session opens. */
export const electors = grace.table(
  'electors',
  {
    session: text()
      .notNull()
      .references(() => sessions.id),
    member: text()
      .notNull()
      .references(() => members.id),
    name: text().notNull(),
    /** False for authors, unless they are the only one eligible. */
    mayApprove: boolean('may_approve').notNull(),
    author: boolean().notNull(),
  },
  (t) => [primaryKey({ columns: [t.session, t.member] })],
)

/** One row per person and session: what stands now. The ledger has what stood before. */
export const ballots = grace.table(
  'ballots',
  {
    session: text()
      .notNull()
      .references(() => sessions.id),
    member: text()
      .notNull()
      .references(() => members.id),
    /** `approve`, `reject`, `abstain` or `withdrawn`. */
    vote: text().notNull(),
    reason: text().notNull(),
    via: text().notNull(),
    assurance: text().notNull().default('click'),
    /** What the passkey signed; null where there was none. */
    assertion: json<Assertion>('assertion'),
    /** When the person clicked: an older click never overrides a newer one. */
    clickedAt: at('clicked_at').notNull(),
    castAt: at('cast_at').notNull(),
    /** Session that it was carried over from, when only the base moved. */
    carriedFrom: text('carried_from'),
  },
  (t) => [primaryKey({ columns: [t.session, t.member] })],
)
