import { ARC_SINE } from '../../monitoring/history.ts'
import { type Sample, trafficOf } from '../../monitoring/samples.ts'
import { wilson, Z_95 } from '../../trust/statistics.ts'
import { changePoint } from '../change-point.ts'
import type { Detector, Sight } from '../detector.ts'
import type { Finding } from '../opportunity.ts'

/** Ends of Wilson's 95 % score interval of a share (Wilson 1927). */
export const wilsonLower = (failed: number, total: number, z = Z_95): number =>
  Math.max(0, wilson(failed, total, z, -1))

/** One point more than usual is worth anybody's time. */
const LEAST = 0.01

const percent = (share: number) => Math.round(share * 10_000) / 100
const finding = (target: string, found: Omit<Finding, 'target' | 'detector' | 'fields'>): Finding => ({
  target,
  detector: 'error_rate',
  fields: { metric: 'error_rate' },
  ...found,
})

/** Errors above the target's objective, in most of the window, or above what is usual at this hour; beyond what chance would give. */
export const errorRate: Detector = {
  name: 'error_rate',
  look: (sight) => aboveObjective(sight) ?? aboveUsual(sight),
}

/** Of its parts so many are above: a minute or two in which a deploy or a neighbour stumbled is not it. */
const MOST = 0.7
/** A part is expected to have as many errors at the objective: with fewer a good one would look bad by chance. */
const PER_PART = 1.5

function isMostOf(samples: readonly Sample[], requests: number, objective: number): boolean {
  const parts = Math.min(samples.length, 10, Math.max(5, Math.floor((requests * objective) / PER_PART)))
  const end = (i: number) => Math.round((i * samples.length) / parts)
  const above = Array.from({ length: parts }, (_, i) => trafficOf(samples.slice(end(i), end(i + 1)))).filter(
    ({ errorRate }) => (errorRate ?? 0) > objective,
  )
  return above.length >= MOST * parts
}

function aboveObjective({ target, samples }: Sight): Finding | undefined {
  const { live } = target
  const allowed = live?.objectives.error_rate
  if (!live || allowed === undefined) return undefined
  const traffic = trafficOf(samples)
  if (traffic.requests < live.min_requests || traffic.errorRate === null) return undefined
  const objective = allowed / 10_000
  const { errors, requests, errorRate } = traffic
  if (wilsonLower(errors, requests) <= objective) return undefined
  if (!isMostOf(samples, requests, objective)) return undefined
  const atLeast = percent((errorRate - objective) / 2)
  if (atLeast <= 0) return undefined
  return finding(target.name, {
    title: `Bring the error rate of ${target.name} under its objective`,
    summary: `${percent(errorRate)} % of ${requests} requests to ${target.name} fail, its objective is ${percent(objective)} %`,
    rationale: `${errors} of ${requests} requests to ${target.name} fail; the objective is ${percent(objective)} %.`,
    evidence: {
      error_percent: percent(errorRate),
      error_percent_interval: [
        percent(wilsonLower(errors, requests)),
        percent(wilson(errors, requests, Z_95, 1)),
      ],
      objective_percent: percent(objective),
      errors,
      requests,
    },
    magnitude: errorRate,
    claims: [{ kind: 'kpi', kpi: 'error_rate_reduction', atLeast }],
  })
}

function aboveUsual({ target, at, recent, history }: Sight): Finding | undefined {
  if (!target.live) return undefined
  const change = changePoint(
    { at, samples: recent, history, minRequests: target.live.min_requests },
    ({ errors, requests, errorRate }) => (errorRate === null ? null : Math.min(errorRate, errors / requests)),
    ARC_SINE,
    (expected) => expected + LEAST,
  )
  // Also beyond what the count of these requests allows.
  if (!change || wilsonLower(change.errors, change.requests) <= change.bound) return undefined
  const { seen, expected, bound, days, requests } = change
  return finding(target.name, {
    title: `Bring the error rate of ${target.name} back to what is usual`,
    summary: `${percent(seen)} % of the requests to ${target.name} fail; at this hour it is usually ${percent(expected)} %`,
    rationale: `Of the requests to ${target.name} more fail than at this hour of the last ${days} days, for ten minutes.`,
    evidence: {
      error_percent: percent(seen),
      usual_percent: percent(expected),
      usual_at_most_percent: percent(bound),
      days,
      requests,
    },
    magnitude: seen,
    claims: [{ kind: 'kpi', kpi: 'error_rate_reduction', atLeast: percent((seen - expected) / 2) }],
  })
}
