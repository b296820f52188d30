import { LOGARITHM } from '../../monitoring/history.ts'
import { bucketsOf, quantile, type Sample, trafficOf } from '../../monitoring/samples.ts'
import { percentile, Z_95 } from '../../trust/statistics.ts'
import { changePoint } from '../change-point.ts'
import type { Detector, Sight } from '../detector.ts'
import type { Finding } from '../opportunity.ts'

/** So much of the window was at least that slow: a stall of the machine claims nothing. */
const ORDINARY = 0.25
/** A part of the window has a sixteenth of its requests, and five: the p95 of one request is that request. */
const [PARTS, LEAST] = [16, 5]
/** Of what the better part misses: live it may have been slowed by others, and a claim is sure, not hoped for. */
const CLAIMED = 0.25
/** Slower than usual by a quarter, and by 2 ms: less is not worth anybody’s time. */
const worthIt = (expected: number): number => Math.max(expected * 1.25, expected + 2)

/** Samples in a row, together until they have enough requests. */
function partsOf(samples: readonly Sample[]): Sample[][] {
  const enough = Math.max(trafficOf(samples).requests / PARTS, LEAST)
  const parts: Sample[][] = []
  let part: Sample[] = []
  for (const sample of samples) {
    part.push(sample)
    if (trafficOf(part).requests < enough) continue
    parts.push(part)
    part = []
  }
  return parts
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10

/** Ends of the 95 % interval of the p95 of so many requests: the ranks that a binomial count allows (normal approximation). */
function p95Interval(samples: readonly Sample[], requests: number): (number | null)[] {
  const off = Z_95 * Math.sqrt((0.95 * 0.05) / requests)
  const buckets = bucketsOf(samples)
  return [0.95 - off, Math.min(1, 0.95 + off)].map((q) => {
    const ms = quantile(buckets, q)
    return ms === null ? null : rounded(ms)
  })
}

const finding = (target: string, found: Omit<Finding, 'target' | 'detector' | 'fields'>): Finding => ({
  target,
  detector: 'latency',
  fields: { metric: 'latency_p95' },
  ...found,
})

/** p95 above the target's objective, or above what is usual at this hour. */
export const latency: Detector = {
  name: 'latency',
  look: (sight) => aboveObjective(sight) ?? aboveUsual(sight),
}

/** In both halves of the window and its better quarter, with enough requests to say so. */
function aboveObjective({ target, samples }: Sight): Finding | undefined {
  const { live } = target
  const objective = live?.objectives.latency_p95
  if (!live || objective === undefined) return undefined
  const traffic = trafficOf(samples)
  if (traffic.requests < live.min_requests || traffic.p95Ms === null) return undefined
  const middle = samples.length >> 1
  const halves = [trafficOf(samples.slice(0, middle)), trafficOf(samples.slice(middle))]
  const each = partsOf(samples).map((part) => trafficOf(part).p95Ms ?? 0)
  const better = Math.min(percentile(each, ORDINARY), ...halves.map((half) => half.p95Ms ?? 0))
  // Also where no part had enough requests.
  if (!(better > objective)) return undefined
  const p95 = rounded(traffic.p95Ms)
  const atLeast = rounded((better - objective) * CLAIMED)
  if (atLeast <= 0) return undefined
  return finding(target.name, {
    title: `Bring the latency of ${target.name} under its objective`,
    summary: `p95 of ${target.name} is ${p95} ms, its objective is ${objective} ms (${traffic.requests} requests in ${Math.round(traffic.seconds)} s)`,
    // Without today's figure, which is another one at the next look.
    rationale: `Users of ${target.name} wait longer than agreed: 95 of 100 requests should take at most ${objective} ms.`,
    evidence: {
      p95_ms: p95,
      p95_interval_ms: p95Interval(samples, traffic.requests),
      objective_ms: objective,
      requests: traffic.requests,
      seconds: Math.round(traffic.seconds),
    },
    magnitude: better,
    claims: [{ kind: 'kpi', kpi: 'latency_improvement', atLeast }],
  })
}

function aboveUsual({ target, at, recent, history }: Sight): Finding | undefined {
  if (!target.live) return undefined
  const change = changePoint(
    { at, samples: recent, history, minRequests: target.live.min_requests },
    ({ p95Ms }) => p95Ms,
    LOGARITHM,
    worthIt,
  )
  if (!change) return undefined
  const { seen, expected, bound, days, requests } = change
  return finding(target.name, {
    title: `Bring the latency of ${target.name} back to what is usual`,
    summary: `p95 of ${target.name} is ${rounded(seen)} ms; at this hour it is usually ${rounded(expected)} ms`,
    rationale: `${target.name} answers more slowly than at this hour of the last ${days} days, for ten minutes.`,
    evidence: {
      p95_ms: rounded(seen),
      usual_ms: rounded(expected),
      usual_at_most_ms: rounded(bound),
      days,
      requests,
    },
    magnitude: seen,
    claims: [
      {
        kind: 'kpi',
        kpi: 'latency_improvement',
        atLeast: Math.max(0.1, rounded((seen - expected) * CLAIMED)),
      },
    ],
  })
}
