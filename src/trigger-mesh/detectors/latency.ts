import { type Sample, trafficOf } from '../../monitoring/samples.ts'
import { percentile } from '../../trust/statistics.ts'
import type { Detector } from '../detector.ts'

/** So much of the window was at least that slow: a stall of the machine claims nothing. */
const ORDINARY = 0.25
/** A part of the window has a sixteenth of its requests, and five: the p95 of one request is that request. */
const [PARTS, LEAST] = [16, 5]
/** Of what the better part misses: live it may have been slowed by others, and a claim is sure, not hoped for. */
const CLAIMED = 0.25

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

/** p95 above the target's objective, in both halves of the window and its better quarter, with enough requests to say so. */
export const latency: Detector = {
  name: 'latency',
  look({ target, samples }) {
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
    const p95 = Math.round(traffic.p95Ms * 10) / 10
    const atLeast = Math.round((better - objective) * CLAIMED * 10) / 10
    if (atLeast <= 0) return undefined
    return {
      target: target.name,
      detector: 'latency',
      fields: { metric: 'latency_p95' },
      title: `Bring the latency of ${target.name} under its objective`,
      summary: `p95 of ${target.name} is ${p95} ms, its objective is ${objective} ms (${traffic.requests} requests in ${Math.round(traffic.seconds)} s)`,
      // Without today's figure, which is another one at the next look.
      rationale: `Users of ${target.name} wait longer than agreed: 95 of 100 requests should take at most ${objective} ms.`,
      evidence: {
        p95_ms: p95,
        objective_ms: objective,
        requests: traffic.requests,
        seconds: Math.round(traffic.seconds),
      },
      claims: [{ kind: 'kpi', kpi: 'latency_improvement', atLeast }],
    }
  },
}
