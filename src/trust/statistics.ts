// The few statistics that KPIs rest on. Pairing removes what both sides shared: the machine's mood.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** Of Student’s distribution. Loaded with the first interval: its many files are a fifth of the start of a command that needs none. */
export const tQuantile = (p: number, freedom: number): number =>
  (require('@stdlib/stats-base-dists-t-quantile') as typeof import('@stdlib/stats-base-dists-t-quantile'))(
    p,
    freedom,
  )

export interface Interval {
  readonly estimate: number
  readonly lower: number
  readonly upper: number
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Nearest-rank percentile, p in 0…1. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!
}

/** Of a two-sided 95 % by the normal distribution. */
export const Z_95 = 1.959964

/** Wilson 1927: a bound of the share of `failed` among `total`; `side` 1 is the upper one. */
export function wilson(failed: number, total: number, z: number, side: 1 | -1): number {
  if (total === 0) return side > 0 ? 1 : 0
  const p = failed / total
  const z2 = (z * z) / total
  return (p + z2 / 2 + side * z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total))) / (1 + z2)
}

/** Hodges–Lehmann estimate of a shift: the median of all pairwise means (Hodges & Lehmann 1963). */
export function hodgesLehmann(differences: readonly number[]): number {
  const means: number[] = []
  for (let i = 0; i < differences.length; i++)
    for (let j = i; j < differences.length; j++) means.push((differences[i]! + differences[j]!) / 2)
  return median(means)
}

/**
 * Student-t interval of the mean of independent differences, one per fresh pair of processes.
 * Undefined for fewer than two.
 */
export function meanInterval(differences: readonly number[], confidence = 0.95): Interval | undefined {
  const n = differences.length
  if (n < 2 || differences.some((x) => !Number.isFinite(x))) return undefined
  const mean = differences.reduce((a, b) => a + b, 0) / n
  const variance = differences.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1)
  const half = tQuantile(1 - (1 - confidence) / 2, n - 1) * Math.sqrt(variance / n)
  return { estimate: mean, lower: mean - half, upper: mean + half }
}

/** The largest effect that an A/A comparison's interval allows: what this run could not tell from nothing. */
export const resolvable = (control: Interval): number =>
  Math.max(Math.abs(control.lower), Math.abs(control.upper))

/** A log ratio candidate/baseline as per cent less: 0.1 less is 10. */
export const percentLess = (logRatio: number): number => (1 - Math.exp(logRatio)) * 100

/** Per cent less from an interval of log ratios; the ends change places. */
export const intervalPercentLess = (log: Interval): Interval => ({
  estimate: percentLess(log.estimate),
  lower: percentLess(log.upper),
  upper: percentLess(log.lower),
})

/**
 * Difference of two paired failure shares, in points (per cent), when both sides got the same requests.
 * Bonett & Price 2012, "Adjusted Wald confidence interval for a difference of binomial proportions based on
 * paired data". With no discordant pair the estimate is exactly 0; `atBest` (rule of three) says what could hide.
 */
export function pairedPoints(
  discordant: { readonly baselineOnly: number; readonly candidateOnly: number },
  pairs: number,
  z = Z_95,
): (Interval & { readonly atBest: number }) | undefined {
  if (pairs === 0) return undefined
  const { baselineOnly, candidateOnly } = discordant
  const atBest = (3 / pairs) * 100
  const estimate = ((baselineOnly - candidateOnly) / pairs) * 100
  if (baselineOnly + candidateOnly === 0) return { estimate: 0, lower: 0, upper: 0, atBest }
  const p12 = (baselineOnly + 1) / (pairs + 2)
  const p21 = (candidateOnly + 1) / (pairs + 2)
  const half = z * Math.sqrt((p12 + p21 - (p12 - p21) ** 2) / (pairs + 2)) * 100
  const middle = (p12 - p21) * 100
  return { estimate, lower: middle - half, upper: middle + half, atBest }
}
