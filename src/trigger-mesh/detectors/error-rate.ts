import { trafficOf } from '../../monitoring/samples.ts'
import { wilson } from '../../trust/statistics.ts'
import type { Detector } from '../detector.ts'

/** Lower end of Wilson's 95 % score interval of a share (Wilson 1927). */
export const wilsonLower = (failed: number, total: number, z = 1.959964): number =>
  Math.max(0, wilson(failed, total, z, -1))

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
