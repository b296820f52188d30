// Judges a live change against what was before it. Documented limits, no data is never a pass.
import { type Sample, type Traffic, trafficOf } from './samples.ts'

export interface Limits {
  /** A hard limit ends the watch at once. Points of error rate above the baseline's. */
  readonly errorPoints: number
  /** p95 may be this many times the baseline's, and this many ms above it, before it counts as worse. */
  readonly latencyFactor: number
  readonly latencyMs: number
  /** Requests without which nothing can be said. */
  readonly minRequests: number
  /** Samples in a row that must be beyond a limit. */
  readonly inARow: number
}

export const LIMITS: Limits = {
  errorPoints: 2,
  latencyFactor: 1.25,
  latencyMs: 5,
  minRequests: 20,
  inARow: 3,
}

export type Judgement =
  | { readonly verdict: 'breach'; readonly sentence: string }
  | { readonly verdict: 'watching'; readonly sentence: string }
  | { readonly verdict: 'good'; readonly sentence: string }
  /** `mayCome`: what is missing is what a longer watch would bring. */
  | { readonly verdict: 'no_data'; readonly sentence: string; readonly mayCome: boolean }

export interface Objectives {
  /** ms */
  readonly latency_p95?: number | undefined
  /** Basis points. */
  readonly error_rate?: number | undefined
}

const ms = (value: number | null): string => (value === null ? 'no data' : `${value.toFixed(1)} ms`)
const share = (value: number | null): string => (value === null ? 'no data' : `${(value * 100).toFixed(2)} %`)

export const describe = (traffic: Traffic): string =>
  `p95 ${ms(traffic.p95Ms)}, errors ${share(traffic.errorRate)} of ${traffic.requests} requests`

function beyond(now: Traffic, baseline: Traffic, limits: Limits): string | undefined {
  if (now.errorRate !== null && (now.errorRate - (baseline.errorRate ?? 0)) * 100 > limits.errorPoints)
    return `errors are ${share(now.errorRate)}, they were ${share(baseline.errorRate)}`
  if (
    now.p95Ms !== null &&
    baseline.p95Ms !== null &&
    now.p95Ms > baseline.p95Ms * limits.latencyFactor &&
    now.p95Ms > baseline.p95Ms + limits.latencyMs
  )
    return `p95 is ${ms(now.p95Ms)}, it was ${ms(baseline.p95Ms)}`
  return undefined
}

export function judge(
  baseline: readonly Sample[],
  since: readonly Sample[],
  over: boolean,
  limits: Limits = LIMITS,
): Judgement {
  const before = trafficOf(baseline)
  const busy = since.filter((sample) => sample.requests > 0)
  const recent = busy.slice(-limits.inARow).map((sample) => beyond(trafficOf([sample]), before, limits))
  if (recent.length === limits.inARow && recent.every((why) => why !== undefined))
    return { verdict: 'breach', sentence: `${recent.at(-1)}, in ${limits.inARow} samples in a row.` }
  const now = trafficOf(since)
  if (!over) return { verdict: 'watching', sentence: describe(now) }
  if (now.requests < limits.minRequests || before.requests < limits.minRequests)
    return {
      verdict: 'no_data',
      mayCome: before.requests >= limits.minRequests,
      sentence: `${now.requests} requests since the change and ${before.requests} before it; ${limits.minRequests} are needed on both sides.`,
    }
  const overall = beyond(now, before, limits)
  if (overall) return { verdict: 'breach', sentence: `Over the whole watch ${overall}.` }
  return { verdict: 'good', sentence: `${describe(now)}; before: ${describe(before)}.` }
}

/** What the target still misses; undefined where it misses nothing that is known. */
export function missedObjectives(since: readonly Sample[], objectives: Objectives): string | undefined {
  const { p95Ms, errorRate } = trafficOf(since)
  const { latency_p95, error_rate } = objectives
  const missed = [
    latency_p95 !== undefined && p95Ms !== null && p95Ms > latency_p95
      ? `p95 ${ms(p95Ms)} where ${latency_p95} ms is the objective`
      : '',
    error_rate !== undefined && errorRate !== null && errorRate > error_rate / 10_000
      ? `errors ${share(errorRate)} where ${share(error_rate / 10_000)} is the objective`
      : '',
  ].filter(Boolean)
  return missed.length > 0 ? `The objective is still missed: ${missed.join(', ')}.` : undefined
}
