// Whether trust says how often a change holds: what was voted on against what came of it.
import type { Lesson } from './lesson.ts'
import { type TrackRecord, trackRecordOf } from './track-record.ts'

export interface Bin {
  /** Trust in basis points: from, and to (the last bin has its end). */
  readonly from: number
  readonly to: number
  /** Of the changes in it, 0…1. */
  readonly meanTrust: number
  readonly record: TrackRecord
}

export interface Calibration {
  /** Changes whose outcome says something. */
  readonly count: number
  /** Brier 1950: mean squared difference of trust and outcome, 0 the best; null without any. */
  readonly brier: number | null
  /** The reliability curve; bins without changes are left out. */
  readonly bins: readonly Bin[]
}

/** Nothing below 9,500 goes live: a bin for each point from there. */
const EDGES = [0, 9_500, 9_600, 9_700, 9_800, 9_900, 10_000]

/** What was inconclusive says nothing. */
export function calibrationOf(lessons: readonly Lesson[]): Calibration {
  const told = lessons.filter(({ outcome }) => outcome !== 'inconclusive')
  const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length
  const bins = EDGES.slice(0, -1).flatMap((from, i): Bin[] => {
    const to = EDGES[i + 1]!
    const own = told.filter(({ trust }) => trust >= from && (trust < to || (to === 10_000 && trust === to)))
    if (own.length === 0) return []
    return [{ from, to, meanTrust: mean(own.map(({ trust }) => trust / 10_000)), record: trackRecordOf(own) }]
  })
  return {
    count: told.length,
    brier:
      told.length === 0
        ? null
        : mean(told.map(({ trust, outcome }) => (trust / 10_000 - (outcome === 'succeeded' ? 1 : 0)) ** 2)),
    bins,
  }
}
