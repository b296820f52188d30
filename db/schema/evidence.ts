// What was measured and judged of a candidate. Insert-only for everybody.
import type { Evidence as CheckEvidence } from '../../src/checks/check.ts'
import type { Envelope } from '../../src/keys/key.ts'
import type { PolicyFacts } from '../../src/policies/schema.ts'
import { bigint, boolean, doublePrecision, index, integer, primaryKey, text } from '../drizzle.ts'
import { at, grace, json } from './grace.ts'
import { candidates, missions } from './missions.ts'

export const evidence = grace.table(
  'evidence',
  {
    id: text().primaryKey(),
    candidate: text()
      .notNull()
      .references(() => candidates.id),
    digest: text().notNull(),
    /** `contained` or `demo`. */
    isolation: text().notNull(),
    body: json<unknown>('body').notNull(),
    signature: json<Envelope>('signature').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [index('evidence_candidate').on(t.candidate)],
)

/** Whole thousandths of the KPI's unit; see src/trust/kpi.ts. */
export const kpiResults = grace.table(
  'kpi_results',
  {
    evidence: text()
      .notNull()
      .references(() => evidence.id),
    kpi: text().notNull(),
    measured: boolean().notNull(),
    baselineMeasured: boolean('baseline_measured').notNull(),
    raw: bigint({ mode: 'number' }),
    lower: bigint({ mode: 'number' }),
    upper: bigint({ mode: 'number' }),
    claim: bigint({ mode: 'number' }),
    margin: bigint({ mode: 'number' }).notNull(),
    resolution: bigint({ mode: 'number' }),
    note: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.evidence, t.kpi] })],
)

/** Holds that do not follow from the KPI report alone; the gate derives the others. */
export const holds = grace.table(
  'holds',
  {
    evidence: text()
      .notNull()
      .references(() => evidence.id),
    code: text().notNull(),
    subject: text().notNull(),
    sentence: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.evidence, t.code, t.subject] })],
)

/** A check asked again adds a row: the newest of an id is the one that counts. */
export const checks = grace.table(
  'checks',
  {
    number: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    evidence: text()
      .notNull()
      .references(() => evidence.id),
    check: text('check_id').notNull(),
    family: text().notNull(),
    title: text().notNull(),
    looksAt: text('looks_at').notNull(),
    notYetChecked: json<string[]>('not_yet_checked').notNull(),
    verdict: text().notNull(),
    reason: text().notNull(),
    found: json<CheckEvidence[]>('found').notNull(),
    /** All that a policy decided by. */
    facts: json<PolicyFacts | null>('facts'),
    validUntil: at('valid_until'),
    attestedBy: text('attested_by'),
    durationMs: doublePrecision('duration_ms').notNull(),
    askedAt: at('asked_at').notNull(),
  },
  (t) => [index('checks_evidence').on(t.evidence, t.check, t.number)],
)

/** What agents did, by the digest of the transcript. */
export const transcripts = grace.table(
  'transcripts',
  {
    number: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    mission: text()
      .notNull()
      .references(() => missions.id),
    agent: text().notNull(),
    digest: text().notNull(),
    ended: text().notNull(),
    tokens: bigint({ mode: 'number' }).notNull(),
    requests: integer().notNull(),
    wallMs: integer('wall_ms').notNull(),
    transcript: text().notNull(),
    at: at('at').notNull(),
  },
  (t) => [index('transcripts_mission').on(t.mission, t.number)],
)
