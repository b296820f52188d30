// The shapes of the API: one zod schema each, for validation, for answers and for OpenAPI.
import { z } from 'zod'
import { OUTCOMES, PHASES } from '../../src/mission/phases.ts'
import { CHOICES } from '../../src/parliament/tally.ts'
import { claimInput } from '../../src/trust/claim-input.ts'
import { KPIS, UNITS } from '../../src/trust/kpi.ts'

export const missionParams = z.object({ mission_id: z.string().max(80).describe('auto_mission_… or M-12') })

/** In the query or as JSON; JSON goes first. Lengths are checked by the verb, which says what is wrong. */
export const proposal = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  rationale: z.string().optional(),
  target: z.string().optional(),
  patch: z.string().optional().describe('A unified diff, as `git diff` prints it'),
  ref: z.string().max(200).optional().describe("A branch, tag or commit of the target's repository"),
  claims: z.array(claimInput).max(10).optional(),
})
export type Claims = z.output<typeof claimInput>[]
export const proposalQuery = proposal.omit({ patch: true, claims: true })
export const change = proposal.pick({ patch: true, ref: true })

export const proposed = z.object({
  success: z.boolean(),
  mission_id: z.string(),
  name: z.string(),
  phase: z.enum(PHASES),
  message: z.string(),
})
export const done = z.object({ success: z.boolean(), message: z.string() })
export const capa = z.strictObject({
  owner: z.string().optional(),
  cause: z.string().optional(),
  corrective: z.string().optional(),
  preventive: z.string().optional(),
  due: z.string().optional().describe('A day: 2026-12-24'),
})
export const stop = z.object({
  stopped: z.boolean(),
  by: z.string().optional(),
  reason: z.string().optional(),
  since: z.iso.datetime().optional(),
})

const trackRecord = z.object({
  succeeded: z.number(),
  rolled_back: z.number(),
  inconclusive: z.number(),
  expected: z.number().describe('Share that will hold: mean of a Beta posterior with a uniform prior'),
  interval: z.tuple([z.number(), z.number()]).describe('Its central 95 %'),
})
export const learned = z.object({
  count: z.number(),
  brier: z.number().nullable(),
  reliability: z.array(
    z.object({ from: z.number(), to: z.number(), mean_trust: z.number() }).and(trackRecord),
  ),
  track_records: z.array(
    z.object({ of: z.enum(['target', 'proposer', 'author']), name: z.string() }).and(trackRecord),
  ),
})

export const findings = z.object({
  findings: z.array(
    z.object({
      detector: z.string(),
      title: z.string(),
      summary: z.string(),
      fingerprint: z
        .string()
        .describe('Of target, detector and fields: what makes two findings the same one'),
      fields: z.record(z.string(), z.string()),
      evidence: z.record(z.string(), z.unknown()),
      becomes: z
        .enum(['new', 'seen', 'held'])
        .describe('A mission; one more sighting of an open one; nothing'),
      why: z.string(),
    }),
  ),
})

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'must be the next_cursor of the page before')
    .optional(),
  phase: z.enum(PHASES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  target: z.string().max(60).optional(),
})

const summary = z.object({
  mission_id: z.string(),
  name: z.string(),
  title: z.string(),
  target: z.string(),
  phase: z.enum(PHASES),
  outcome: z.enum(OUTCOMES).nullable(),
  trust_score: z.number().nullable().describe('0–1'),
  kpi_score: z.number().nullable().describe('0–100'),
  parliament_session_id: z.string().nullable(),
  reason: z.string(),
  created_at: z.iso.datetime(),
})
export const missionList = z.object({
  total: z.number().int(),
  missions: z.array(summary),
  next_cursor: z.string().nullable(),
})

const kpiMetrics = z.object({
  ...(Object.fromEntries(
    KPIS.map((kpi) => [kpi, z.number().nullable().describe(`${UNITS[kpi]}; null = no data`)]),
  ) as Record<(typeof KPIS)[number], z.ZodNullable<z.ZodNumber>>),
  overall_score: z.number().nullable().describe('0–100'),
})

export const missionDetail = summary.extend({
  description: z.string(),
  rationale: z.string(),
  holds: z.array(z.string()),
  held_by: z.array(z.string()),
  claims: z.array(claimInput).describe('None: that it does no harm'),
  kpi_metrics: kpiMetrics,
  sandbox_results: z
    .object({
      success: z.boolean(),
      tests_passed: z.number().int(),
      tests_failed: z.number().int(),
      isolation: z.string(),
      not_isolated_against: z.array(z.string()),
    })
    .nullable(),
  user_feedback: z.array(
    z.object({
      author: z.string(),
      text: z.string(),
      source: z.string(),
      permalink: z.string().nullable(),
      at: z.iso.datetime(),
      edited_at: z.iso.datetime().nullable(),
    }),
  ),
  candidate: z
    .object({
      revision: z.number().int(),
      base_commit: z.string(),
      digest: z.string(),
      patch: z.string(),
      authors: z.array(z.string()),
    })
    .nullable(),
  checks: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      title: z.string(),
      verdict: z.string(),
      reason: z.string(),
      not_yet_checked: z.array(z.string()),
      valid_until: z.iso.datetime().nullable(),
    }),
  ),
  execution: z
    .object({
      id: z.string(),
      state: z.string(),
      revision: z.string().nullable(),
      watch_until: z.iso.datetime().nullable(),
    })
    .nullable(),
  card: z.unknown().describe('The same card that chat shows'),
})

export const audit = z.object({
  mission_id: z.string(),
  entries: z.array(
    z.object({
      seq: z.number().int().nullable().describe('Number in the signed tree; null while it is queued'),
      at: z.string(),
      kind: z.string(),
      actor: z.string(),
      said: z.string().describe('What it was, in words'),
    }),
  ),
})

export const consensusQuery = z.object({ approved: z.enum(['true', 'false']), reason: z.string().optional() })
export const consensusBody = z.object({ reason: z.string().optional() }).nullish()
export const consensusAnswer = z.object({
  success: z.boolean(),
  approved: z.boolean(),
  trust_score: z.number().nullable(),
  will_execute_to_live: z.boolean(),
  message: z.string(),
})

export const sessionParams = z.object({ session_id: z.string().max(80) })
export const voteBody = z.object({
  member_id: z.string().max(80).optional().describe('The caller; "you" stands for the caller as well'),
  vote: z.enum(CHOICES),
  reason: z.string().optional(),
})
export const voteAnswer = z.object({
  success: z.boolean(),
  session_id: z.string(),
  member_id: z.string(),
  vote: z.enum(CHOICES),
  outcome: z.string(),
  message: z.string(),
})
export const sessionAnswer = z.object({
  session_id: z.string(),
  mission_id: z.string(),
  state: z.string(),
  result: z.string().nullable(),
  reason: z.string(),
  trust_score: z.number(),
  threshold: z.number(),
  approvals: z.number().int(),
  rejects: z.number().int(),
  abstentions: z.number().int(),
  not_voted: z.number().int(),
  min_approvals: z.number().int(),
  share: z.number(),
  opened_at: z.iso.datetime(),
  deadline: z.iso.datetime(),
  electors: z.array(z.object({ member_id: z.string(), name: z.string(), may_approve: z.boolean() })),
  votes: z.array(
    z.object({
      member_id: z.string(),
      vote: z.string(),
      reason: z.string(),
      via: z.string(),
      cast_at: z.iso.datetime(),
      assurance: z.enum(['click', 'passkey']),
      carried: z.boolean(),
    }),
  ),
  candidate_digest: z.string(),
  evidence_digest: z.string(),
  policy_digest: z.string(),
})
