// What the tests of a tree said when it was measured before: with the same plan on the same machine they say it again,
// and a candidate's tests need no second look at today's. Times are never kept.
import type { Target } from '../config/config.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import type { CaseResult } from '../trust/measurements.ts'
import type { LineHits } from './readers/line-hits.ts'

/** What one run of the suite said. */
export interface RunResult {
  readonly cases: ReadonlyMap<string, CaseResult>
  /** It failed although its report has no failure: what the report says is not all that happened. */
  readonly failedBeyond: boolean
}

export interface TestedTree {
  /** When that was, ISO 8601. */
  readonly at: string
  readonly runs: readonly RunResult[]
  /** Null where the plan has no coverage. */
  readonly coverage: LineHits | null
}

/** Of one machine. */
export interface Baselines {
  find(key: string): Promise<TestedTree | undefined>
  keep(key: string, tested: TestedTree): Promise<void>
}

export const NO_BASELINES: Baselines = { find: async () => undefined, keep: async () => {} }

export const baselineKey = ({ directory, install, build, test, environment }: Target, tree: string): string =>
  digestOf(asJson({ tree, directory, install, build, test, environment }))

/** A run that another one contradicts says nothing about the next. */
export function agreeing(runs: readonly RunResult[]): boolean {
  const [first, ...others] = runs.map(({ cases, failedBeyond }) =>
    JSON.stringify([failedBeyond, [...cases].toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  )
  return first !== undefined && others.every((one) => one === first)
}
