// What a mission says it improves, fixed before anything is measured.
import type { Kpi } from './kpi.ts'
import type { CaseResult, TestCase } from './measurements.ts'

export type Claim =
  /** "No harm": nothing is improved, nothing may get worse. */
  | { readonly kind: 'no_harm' }
  /** At least this much, in the KPI's unit; greater than zero. `bench`: the module in the change that shows it. */
  | {
      readonly kind: 'kpi'
      readonly kpi: Kpi
      readonly atLeast: number
      readonly bench?: string | undefined
    }
  /** A bug: these tests fail 5 of 5 on the baseline and pass 5 of 5 on the candidate. */
  | { readonly kind: 'tests'; readonly names: readonly string[] }

/** How often a test runs on each side when a bug is claimed. */
export const CLAIMED_REPETITIONS = 5

/** Path of the bench module that a claim brings with its change. */
export const broughtBench = (claims: readonly Claim[]): string | undefined =>
  claims.flatMap((claim) => (claim.kind === 'kpi' && claim.bench ? [claim.bench] : []))[0]

/** The claimed tests that did not do what was claimed of them, each with what they did. */
export function unprovenTests(
  claims: readonly Claim[],
  cases: readonly TestCase[],
): { name: string; why: string }[] {
  const names = claims.flatMap((claim) => (claim.kind === 'tests' ? claim.names : []))
  return names.flatMap((name) => {
    const test = cases.find((c) => c.name === name)
    if (!test) return [{ name, why: 'did not run: there is no test of that name' }]
    const failedBefore = test.baseline.filter((r) => r === 'failed').length
    const passedAfter = test.candidate.filter((r) => r === 'passed').length
    const every = (of: readonly CaseResult[], is: number) =>
      of.length >= CLAIMED_REPETITIONS && is === of.length
    if (every(test.baseline, failedBefore) && every(test.candidate, passedAfter)) return []
    return [
      {
        name,
        why: `failed ${failedBefore} of ${test.baseline.length} on today's code and passed ${passedAfter} of ${test.candidate.length} on the candidate; ${CLAIMED_REPETITIONS} of ${CLAIMED_REPETITIONS} are needed`,
      },
    ]
  })
}
