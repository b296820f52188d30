// Live traffic of a target between two scrapes, and the figures that follow from many of them.
import type { Uncovered } from './uncovered.ts'

export interface Sample {
  readonly at: Date
  readonly windowMs: number
  readonly requests: number
  readonly errors: number
  /** Upper bound in ms (or `+Inf`) → requests at or below it, cumulative. */
  readonly buckets: Readonly<Record<string, number>>
}

/** Under this name stand the samples of a target's control group. */
export const controlOf = (target: string): string => `${target} (control)`

export interface Samples {
  /** One of that time that is there already stays. */
  add(target: string, sample: Sample): Promise<void>
  /** The time of the newest; undefined where there is none. */
  until(target: string): Promise<Date | undefined>
  /** Samples in (from, to], oldest first. */
  between(target: string, from: Date, to: Date): Promise<readonly Sample[]>
  /** Deletes what is older than that. */
  prune(before: Date): Promise<void>
}

/** Line coverage of a target's branch, measured once per commit. */
export interface CoverageReadings {
  latest(target: string): Promise<CoverageReading | undefined>
  add(target: string, reading: CoverageReading): Promise<void>
}

export interface CoverageReading {
  readonly commit: string
  readonly percent: number
  /** Where a test is worth most. */
  readonly uncovered: readonly Uncovered[]
}

export interface Scrapes {
  /** The last scrape of the target, locked; undefined before the first. */
  last(target: string): Promise<{ at: Date; counters: Counters } | undefined>
  keep(target: string, at: Date, counters: Counters): Promise<void>
}

/** What a target's metrics endpoint says now: counters since its start. */
export interface Counters {
  readonly requests: number
  readonly errors: number
  readonly buckets: Readonly<Record<string, number>>
}

/** The difference of two scrapes; undefined where the service restarted in between (a counter fell). */
export function sampleBetween(
  before: Counters,
  after: Counters,
  at: Date,
  windowMs: number,
): Sample | undefined {
  const requests = after.requests - before.requests
  const errors = after.errors - before.errors
  if (requests < 0 || errors < 0) return undefined
  const buckets: Record<string, number> = {}
  for (const [bound, count] of Object.entries(after.buckets)) {
    const difference = count - (before.buckets[bound] ?? 0)
    if (difference < 0) return undefined
    buckets[bound] = difference
  }
  return { at, windowMs, requests, errors, buckets }
}

export interface Traffic {
  readonly requests: number
  readonly errors: number
  /** 0…1; null without requests. */
  readonly errorRate: number | null
  readonly p95Ms: number | null
  readonly seconds: number
}

/** The buckets of many samples, added up. */
export function bucketsOf(samples: readonly Sample[]): Record<string, number> {
  const buckets: Record<string, number> = {}
  for (const sample of samples)
    for (const [bound, count] of Object.entries(sample.buckets))
      buckets[bound] = (buckets[bound] ?? 0) + count
  return buckets
}

export function trafficOf(samples: readonly Sample[]): Traffic {
  const total = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0)
  const requests = total((s) => s.requests)
  const errors = total((s) => s.errors)
  return {
    requests,
    errors,
    errorRate: requests > 0 ? errors / requests : null,
    p95Ms: quantile(bucketsOf(samples), 0.95),
    seconds: total((s) => s.windowMs) / 1000,
  }
}

const boundOf = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text))

/**
 * Linear interpolation inside the bucket, as Prometheus' histogram_quantile has it; the highest finite bound where
 * the quantile falls into +Inf. Null without observations.
 */
export function quantile(buckets: Readonly<Record<string, number>>, q: number): number | null {
  const sorted = Object.entries(buckets)
    .map(([bound, count]) => ({ bound: boundOf(bound), count }))
    .sort((a, b) => a.bound - b.bound)
  const total = sorted.at(-1)?.count ?? 0
  if (total === 0) return null
  const rank = q * total
  let [lower, below] = [0, 0]
  for (const { bound, count } of sorted) {
    if (count >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return lower
      return count === below ? bound : lower + ((bound - lower) * (rank - below)) / (count - below)
    }
    lower = bound
    below = count
  }
  return lower
}
