// Tests on both sides, per case.
import type { CaseResult, TestCase } from './measurements.ts'

export type Change =
  | 'pass→pass'
  | 'fail→pass'
  | 'pass→fail'
  | 'fail→fail'
  | 'flaky'
  | 'new'
  | 'gone'
  | 'skipped'

const all = (results: readonly CaseResult[], is: CaseResult): boolean =>
  results.length > 0 && results.every((r) => r === is)

export function changeOf(test: TestCase): Change {
  const { baseline: a, candidate: b } = test
  if (a.length === 0) return all(b, 'skipped') ? 'skipped' : 'new'
  if (b.length === 0) return 'gone'
  if (all(a, 'skipped') || all(b, 'skipped'))
    return all(a, 'skipped') && all(b, 'skipped') ? 'skipped' : all(b, 'skipped') ? 'gone' : 'new'
  const before = all(a, 'passed') ? 'pass' : all(a, 'failed') ? 'fail' : 'flaky'
  const after = all(b, 'passed') ? 'pass' : all(b, 'failed') ? 'fail' : 'flaky'
  if (before === 'flaky' || (after === 'flaky' && before !== 'pass')) return 'flaky'
  return before === 'pass'
    ? after === 'pass'
      ? 'pass→pass'
      : 'pass→fail'
    : after === 'pass'
      ? 'fail→pass'
      : 'fail→fail'
}

/** Passed every time on the baseline and not every time on the candidate. */
export const regressed = (test: TestCase): boolean => changeOf(test) === 'pass→fail'

/** Share of the cases both sides run that failed at least once; null where there are none. */
export function failShare(cases: readonly TestCase[], side: 'baseline' | 'candidate'): number | null {
  const common = cases.filter((c) => c.baseline.length > 0 && c.candidate.length > 0)
  if (common.length === 0) return null
  return common.filter((c) => c[side].includes('failed')).length / common.length
}

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const countsOf = (cases: readonly TestCase[], side: 'baseline' | 'candidate'): Counts => ({
  passed: cases.filter((c) => all(c[side], 'passed')).length,
  failed: cases.filter((c) => c[side].includes('failed')).length,
  skipped: cases.filter((c) => all(c[side], 'skipped')).length,
})
