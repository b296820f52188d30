import type { PullRequestHead } from '../../src/candidate/candidate.ts'
import type { ActorRef } from '../../src/kernel/actor.ts'
import type { Claim } from '../../src/trust/claim.ts'
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  primaryKey,
  sql,
  text,
  uniqueIndex,
} from '../drizzle.ts'
import { at, grace, json } from './grace.ts'

export const opportunities = grace.table(
  'opportunities',
  {
    id: text().primaryKey(),
    target: text().notNull(),
    detector: text().notNull(),
    fingerprint: text().notNull(),
    fields: json<Record<string, string>>('fields').notNull(),
    summary: text().notNull(),
    evidence: json<Record<string, unknown>>('evidence').notNull(),
    /** How bad it is, in a unit of the detector's own. */
    magnitude: doublePrecision().notNull().default(0),
    seen: integer().notNull(),
    firstSeen: at('first_seen').notNull(),
    lastSeen: at('last_seen').notNull(),
    closedAt: at('closed_at'),
  },
  // Partial: a closed opportunity never blocks the next one (FAILURES.md F11).
  (t) => [uniqueIndex('opportunities_open').on(t.fingerprint).where(sql`${t.closedAt} is null`)],
)

/** The one table of allowed transitions, seeded by the migrations from the same list as src/mission/transitions.ts. */
export const allowedTransitions = grace.table(
  'allowed_transitions',
  { from: text('from_phase').notNull(), to: text('to_phase').notNull() },
  (t) => [primaryKey({ columns: [t.from, t.to] })],
)

export const missions = grace.table(
  'missions',
  {
    id: text().primaryKey(),
    number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().unique(),
    target: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    rationale: text().notNull(),
    phase: text().notNull(),
    outcome: text(),
    /** Why it ended, or what it waits for, as a sentence. */
    reason: text().notNull(),
    heldBy: json<string[]>('held_by').notNull(),
    claims: json<Claim[]>('claims').notNull(),
    proposer: json<ActorRef>('proposer').notNull(),
    opportunity: text().references(() => opportunities.id),
    candidate: text(),
    evidence: text(),
    session: text(),
    progress: json<{ step: string; done: number }>('progress'),
    /** How often it was revised: by a new change, or by measuring more. */
    revisions: integer().notNull().default(0),
    createdAt: at('created_at').notNull(),
    updatedAt: at('updated_at').notNull(),
    completedAt: at('completed_at'),
  },
  (t) => [
    check('missions_outcome', sql`(${t.phase} = 'complete') = (${t.outcome} is not null)`),
    index('missions_phase').on(t.phase, t.number),
    uniqueIndex('missions_opportunity').on(t.opportunity).where(sql`${t.opportunity} is not null`),
  ],
)

export const candidates = grace.table(
  'candidates',
  {
    id: text().primaryKey(),
    mission: text()
      .notNull()
      .references(() => missions.id),
    revision: integer().notNull(),
    baseCommit: text('base_commit').notNull(),
    tree: text().notNull(),
    patch: text().notNull(),
    patchId: text('patch_id').notNull(),
    digest: text().notNull(),
    authors: json<ActorRef[]>('authors').notNull(),
    pullRequest: json<PullRequestHead>('pull_request'),
    /** Why this very change is not taken again, whoever brings it; null = it may be. */
    refused: text(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('candidates_revision').on(t.mission, t.revision),
    index('candidates_refused').on(t.patchId).where(sql`${t.refused} is not null`),
  ],
)

export const feedback = grace.table(
  'feedback',
  {
    id: text().primaryKey(),
    mission: text()
      .notNull()
      .references(() => missions.id),
    author: json<ActorRef & { name: string }>('author').notNull(),
    source: text().notNull(),
    text: text().notNull(),
    at: at('at').notNull(),
    /** The platform's own id of it: `slack:channel:ts`. A message is feedback once. */
    external: text().unique(),
    permalink: text(),
    editedAt: at('edited_at'),
    deletedAt: at('deleted_at'),
  },
  (t) => [index('feedback_mission').on(t.mission, t.at)],
)
