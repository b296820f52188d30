// The corrective and preventive action ticket that a failed watch opens.
import type { Traffic } from '../monitoring/samples.ts'
import { wilson } from '../trust/statistics.ts'

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

/** Fewer say nothing, as in a watch. */
const LEAST_REQUESTS = 50
/** As a watch has it: a tenth (1 ms at least), half a point of errors. */
const [SLOWER, SLOWER_MS, ERRORS] = [1.1, 1, 0.005]
const Z = 1.959964

const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`
const percent = (share: number): string => `${Math.round(share * 10_000) / 100} %`

/** The effectiveness check, by live traffic of now: why the service is not as good as it was before; undefined where it is. */
export function notEffective(before: Baseline, now: Traffic): string | undefined {
  if (now.requests < LEAST_REQUESTS)
    return `only ${now.requests} requests were seen, and ${LEAST_REQUESTS} are needed`
  const usual = before.errorRate ?? 0
  if (now.errorRate !== null && wilson(now.errors, now.requests, Z, -1) > usual + ERRORS)
    return `${percent(now.errorRate)} of the requests fail, it was ${percent(usual)} before the change`
  if (before.p95Ms === null) return undefined
  if (now.p95Ms === null) return 'no latency was seen'
  return now.p95Ms > Math.max(before.p95Ms * SLOWER, before.p95Ms + SLOWER_MS)
    ? `p95 is ${ms(now.p95Ms)}, it was ${ms(before.p95Ms)} before the change`
    : undefined
}
