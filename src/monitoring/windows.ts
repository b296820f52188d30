// A watch in windows of equal length, so that what was before and what is now are compared like with like.
import { median } from '../trust/statistics.ts'
import { type Sample, type Traffic, trafficOf } from './samples.ts'

/** A watch has as many, at most. */
export const WINDOWS = 20
/** Requests without which a window says nothing of its p95. */
const LEAST = 10

/** ms. Never shorter than between two scrapes, as they usually come: one that was late leaves a window empty. */
export const windowMs = (watchMs: number, samples: readonly Sample[]): number =>
  Math.max(watchMs / WINDOWS, median(samples.map((sample) => sample.windowMs)) || 0)

/**
 * Whole windows from `start` (ms) to `until` (ms), oldest first; undefined where one has too few requests.
 */
export function windowsOf(
  samples: readonly Sample[],
  start: number,
  until: number,
  width: number,
): (Traffic | undefined)[] {
  const whole = Math.floor((until - start) / width + 1e-9)
  const by = Map.groupBy(samples, ({ at }) => Math.ceil((at.getTime() - start) / width - 1e-9) - 1)
  return Array.from({ length: Math.max(0, whole) }, (_, i) => {
    const traffic = trafficOf(by.get(i) ?? [])
    return traffic.requests >= LEAST ? traffic : undefined
  })
}
