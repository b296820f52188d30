import { trafficOf } from '../../monitoring/samples.ts'
import type { Detector } from '../detector.ts'

/** Lower end of Wilson's 95 % score interval of a share (Wilson 1927). */
export function wilsonLower(failed: number, total: number, z = 1.959964): number {
  if (total === 0) return 0
  const p = failed / total
  const z2 = (z * z) / total
  return Math.max(0, (p + z2 / 2 - z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total))) / (1 + z2))
}

/** Errors above the target's objective, beyond what chance would give. */
export const errorRate: Detector = {
  name: 'error_rate',
  look({ target, samples }) {
    const { live } = target
    const allowed = live?.objectives.error_rate
    if (!live || allowed === undefined) return undefined
    const traffic = trafficOf(samples)
    if (traffic.requests < live.min_requests || traffic.errorRate === null) return undefined
    const objective = allowed / 10_000
    if (wilsonLower(traffic.errors, traffic.requests) <= objective) return undefined
    const percent = (share: number) => Math.round(share * 10_000) / 100
    const atLeast = percent((traffic.errorRate - objective) / 2)
    if (atLeast <= 0) return undefined
    return {
      target: target.name,
      detector: 'error_rate',
      fields: { metric: 'error_rate' },
      title: `Bring the error rate of ${target.name} under its objective`,
      summary: `${percent(traffic.errorRate)} % of ${traffic.requests} requests to ${target.name} fail, its objective is ${percent(objective)} %`,
      rationale: `${traffic.errors} of ${traffic.requests} requests to ${target.name} fail; the objective is ${percent(objective)} %.`,
      evidence: {
        error_percent: percent(traffic.errorRate),
        objective_percent: percent(objective),
        errors: traffic.errors,
        requests: traffic.requests,
      },
      claims: [{ kind: 'kpi', kpi: 'error_rate_reduction', atLeast }],
    }
  },
}
