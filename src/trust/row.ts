// One KPI's row on its way into the report, and the paired comparison that most of them rest on.
import type { BySide } from './measurements.ts'
import { type Interval, intervalPercentLess, meanInterval, percentLess, resolvable } from './statistics.ts'

/** Noise beyond this is no data (per cent). */
export const NO_DATA_BEYOND = {
  performance_improvement: 10,
  latency_improvement: 30,
  memory_efficiency: 20,
} as const

export interface Finding {
  readonly interval: Interval
  readonly margin: number
  readonly resolution: number | null
  readonly raw: number
  readonly note: string
}
export type Row =
  | Finding
  | {
      readonly noData: string
      readonly baselineMeasured: boolean
      /** Where noise hid it: what the same code differed by from itself. More rounds may still show it. */
      readonly noise?: number
      /** The improvement that was seen in spite of it, in the KPI's unit. */
      readonly seen?: number
    }

/** The baseline gave data and the candidate did not. */
export const lost = (why: string): Row => ({ noData: why, baselineMeasured: true })

export const sidesOf = (perSet: readonly BySide<number>[]) => ({
  effect: perSet.map((s) => Math.log(s.candidate / s.baseline)),
  control: perSet.map((s) => Math.log(s.control / s.baseline)),
})

/** Per cent less on the candidate, judged against the run's own A/A share. */
export function paired(
  effect: readonly number[],
  control: readonly number[],
  confidence: number,
  margin: number,
  limit: number,
  note: string,
): Row {
  const ab = meanInterval(effect, confidence)
  const aa = meanInterval(control, confidence)
  if (!ab || !aa) return { noData: `${note}: fewer than two complete rounds`, baselineMeasured: false }
  const r = Math.abs(percentLess(resolvable(aa)))
  if (r > limit)
    return {
      noData: `${note}: this machine was too noisy: the same code differed from itself by up to ${r.toFixed(1)} %, more than ${limit} %`,
      baselineMeasured: false,
      noise: r,
      seen: percentLess(ab.estimate),
    }
  const interval = intervalPercentLess(ab)
  return { interval, margin: Math.max(margin, r), resolution: r, raw: interval.estimate, note }
}
