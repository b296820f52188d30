// The corrective and preventive action ticket that a failed watch opens.
import type { Target } from '../config/config.ts'
import { LIMITS } from '../monitoring/judge.ts'
import type { Traffic } from '../monitoring/samples.ts'
import { wilson, Z_95 } from '../trust/statistics.ts'

/** What was live before the change that was taken back. */
export type Baseline = Pick<Traffic, 'requests' | 'errorRate' | 'p95Ms'>

export interface Capa {
  readonly id: string
  readonly mission: string
  readonly summary: string
  readonly cause: string
  readonly corrective: string
  readonly preventive: string
  readonly baseline: Baseline
  readonly dueAt: Date
}

/** As it is worked on. */
export interface CapaRecord extends Capa {
  readonly number: number
  readonly state: 'open' | 'closed'
  /** The member who answers for it. */
  readonly owner: string | null
}

export interface Capas {
  of(mission: string): Promise<CapaRecord | undefined>
  /** Locks the row until the transaction ends. */
  lock(mission: string): Promise<CapaRecord | undefined>
  save(capa: CapaRecord): Promise<void>
}

/** Where a target's issues are. */
export interface Tracker {
  /** One issue for each `key`, as it is said here. `body` is Markdown. */
  mirror(
    target: Target,
    issue: { readonly key: string; readonly title: string; readonly body: string; readonly isOpen: boolean },
  ): Promise<void>
}

/** What nobody would mind, and how few requests say nothing: as a watch has it. */
const { minRequests, latencyPercent, latencyMs, errorPoints } = LIMITS

const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`
const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`

/** The effectiveness check, by live traffic of now: why the service is not as good as it was before; undefined where it is. */
export function notEffective(before: Baseline, now: Traffic): string | undefined {
  if (now.requests < minRequests)
    return `only ${now.requests} requests were seen, and ${minRequests} are needed`
  const usual = before.errorRate ?? 0
  if (now.errorRate !== null && wilson(now.errors, now.requests, Z_95, -1) > usual + errorPoints / 100)
    return `${percent(now.errorRate)} of the requests fail, it was ${percent(usual)} before the change`
  if (before.p95Ms === null) return undefined
  if (now.p95Ms === null) return 'no latency was seen'
  return now.p95Ms > before.p95Ms + Math.max((before.p95Ms * latencyPercent) / 100, latencyMs)
    ? `p95 is ${ms(now.p95Ms)}, it was ${ms(before.p95Ms)} before the change`
    : undefined
}
