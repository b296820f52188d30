// Rank statistics of two samples: nothing is assumed of how their values are distributed.
import { median } from '../trust/statistics.ts'

/** Mann & Whitney 1947: one-sided P of `after` standing so far above `before` if both were alike; ties and continuity corrected. */
export function pAbove(before: readonly number[], after: readonly number[]): number {
  const [m, n] = [before.length, after.length]
  if (m === 0 || n === 0) return 1
  let above = 0
  for (const a of after) for (const b of before) above += a > b ? 1 : a === b ? 0.5 : 0
  const variance = varianceOf([...before, ...after], m, n)
  return variance > 0 ? upperTail((above - (m * n) / 2 - 0.5) / Math.sqrt(variance)) : 1
}

function varianceOf(all: readonly number[], m: number, n: number): number {
  const counts = new Map<number, number>()
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ties = [...counts.values()].reduce((sum, t) => sum + t ** 3 - t, 0)
  const N = m + n
  return ((m * n) / 12) * (N + 1 - ties / (N * (N - 1)))
}

/** Of the standard normal distribution (Abramowitz & Stegun 7.1.26: within 1.5e-7). */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const half = (series * Math.exp(-x * x)) / 2
  return z >= 0 ? half : 1 - half
}

export interface Shift {
  readonly estimate: number
  /** What it is at most, one-sided, at the confidence of `z`. */
  readonly upper: number
}

/** Hodges & Lehmann 1963: the median of all differences, and its distribution-free bound. Both samples have one value at least. */
export function shiftOf(before: readonly number[], after: readonly number[], z: number): Shift {
  const differences = after.flatMap((a) => before.map((b) => a - b)).sort((x, y) => x - y)
  const [m, n] = [before.length, after.length]
  const rank = Math.ceil((m * n) / 2 + z * Math.sqrt((m * n * (m + n + 1)) / 12))
  return { estimate: median(differences), upper: differences[Math.min(differences.length, rank) - 1]! }
}

/** So many in a row above all of `before` (m values) would come about by chance once in a thousand times, or less. */
export function unlikelyRun(m: number): number {
  let ways = 1
  for (let r = 1; ; r++) {
    ways = (ways * (m + r)) / r
    if (ways >= 1_000) return r
  }
}
