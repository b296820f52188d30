import type { Baseline } from '../../src/execution/capa.ts'
import type { Envelope } from '../../src/keys/key.ts'
import type { Counters } from '../../src/monitoring/samples.ts'
import type { Uncovered } from '../../src/monitoring/uncovered.ts'
import type { Finding } from '../../src/trigger-mesh/opportunity.ts'
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  primaryKey,
  sql,
  text,
  uniqueIndex,
} from '../drizzle.ts'
import { at, grace, json } from './grace.ts'
import { missions } from './missions.ts'
import { sessions } from './parliament.ts'

/** An unlock, consumed. The gate (a trigger) refuses a row whose records do not show the six conditions. */
export const executions = grace.table(
  'executions',
  {
    id: text().primaryKey(),
    mission: text()
      .notNull()
      .references(() => missions.id),
    session: text()
      .notNull()
      .unique()
      .references(() => sessions.id),
    target: text().notNull(),
    candidateDigest: text('candidate_digest').notNull(),
    evidenceDigest: text('evidence_digest').notNull(),
    policyDigest: text('policy_digest').notNull(),
    /** `unlocked`, `merging`, `deploying`, `watching`, `rolling_back`, then `succeeded`, `rolled_back`, `inconclusive` or `failed`. */
    state: text().notNull(),
    previousRevision: text('previous_revision'),
    revision: text(),
    unlockedAt: at('unlocked_at').notNull(),
    deployedAt: at('deployed_at'),
    watchUntil: at('watch_until'),
    finishedAt: at('finished_at'),
  },
  (t) => [
    uniqueIndex('executions_live').on(t.target).where(sql`${t.finishedAt} is null`),
    index('executions_mission').on(t.mission),
  ],
)

/** What was signed at the unlock: the executor reads it before it acts, and it travels with the merge. */
export const attestations = grace.table('attestations', {
  execution: text()
    .primaryKey()
    .references(() => executions.id),
  envelopes: json<readonly Envelope[]>('envelopes').notNull(),
  /** C2SP tlog-proof of the session's closing. */
  proof: text().notNull(),
  at: at('at').notNull(),
})

/** One automatic rollback per mission. */
export const rollbacks = grace.table('rollbacks', {
  mission: text()
    .primaryKey()
    .references(() => missions.id),
  execution: text()
    .notNull()
    .references(() => executions.id),
  reason: text().notNull(),
  /** Null while it is not known; then whether the service is back where it was. */
  verified: boolean(),
  startedAt: at('started_at').notNull(),
  finishedAt: at('finished_at'),
})

/** Counters as the last scrape of a target read them. */
export const scrapes = grace.table('scrapes', {
  target: text().primaryKey(),
  at: at('at').notNull(),
  counters: json<Counters>('counters').notNull(),
})

/** Live traffic of a target between two scrapes. */
export const samples = grace.table(
  'samples',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    target: text().notNull(),
    at: at('at').notNull(),
    windowMs: integer('window_ms').notNull(),
    requests: integer().notNull(),
    errors: integer().notNull(),
    /** Upper bound in ms → requests at or below it, cumulative, as Prometheus has it. */
    buckets: json<Record<string, number>>('buckets').notNull(),
  },
  (t) => [uniqueIndex('samples_target').on(t.target, t.at)],
)

/** What was usual: windows of five minutes, by their end. */
export const history = grace.table(
  'history',
  {
    target: text().notNull(),
    at: at('at').notNull(),
    requests: integer().notNull(),
    errors: integer().notNull(),
    errorRate: doublePrecision('error_rate'),
    p95Ms: doublePrecision('p95_ms'),
  },
  (t) => [primaryKey({ columns: [t.target, t.at] })],
)

/** Line coverage of a target's branch, one per commit. */
export const coverageReadings = grace.table(
  'coverage_readings',
  {
    target: text().notNull(),
    commit: text().notNull(),
    percent: doublePrecision().notNull(),
    uncovered: json<Uncovered[]>('uncovered').notNull().default([]),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.target, t.commit] })],
)

/** What a detector found in a repository at its last look. */
export const surveys = grace.table(
  'surveys',
  {
    target: text().notNull(),
    detector: text().notNull(),
    commit: text().notNull(),
    findings: json<Finding[]>('findings').notNull(),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.target, t.detector] })],
)

export const capas = grace.table('capas', {
  id: text().primaryKey(),
  number: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().unique(),
  mission: text()
    .notNull()
    .references(() => missions.id),
  summary: text().notNull(),
  cause: text().notNull(),
  corrective: text().notNull(),
  preventive: text().notNull(),
  state: text().notNull(),
  /** The member who answers for it; null = nobody does yet. */
  owner: text(),
  /** What was live before the change. */
  baseline: json<Baseline>('baseline').notNull().default({ requests: 0, errorRate: null, p95Ms: null }),
  openedAt: at('opened_at').notNull(),
  dueAt: at('due_at').notNull(),
})

export const outcomes = grace.table('outcomes', {
  mission: text()
    .primaryKey()
    .references(() => missions.id),
  outcome: text().notNull(),
  /** Whether the claimed improvement was confirmed live; null where nothing could be confirmed. */
  confirmed: boolean(),
  sentence: text().notNull(),
  predicted: json<Record<string, number | null>>('predicted').notNull(),
  live: json<Record<string, number | null>>('live').notNull(),
  at: at('at').notNull(),
})
