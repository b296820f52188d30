// What all readers of test reports share: how a case is named and kept, and how a report is refused.
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'

const MOST_TESTS = 50_000

export const testReportUnreadable = (form: string, why: string): Refusal =>
  new Refusal(
    'invalid',
    'test_report_unreadable',
    `The test report is not readable ${form}: ${why}.`,
    'Check test.report in grace.yaml and what the test command writes there: JUnit XML, TAP, Vitest or Jest JSON, or the lines of "go test -json".',
  )

export interface CaseResults {
  /** The same name twice counts as failed if either failed. */
  add(path: readonly string[], result: CaseResult): void
  /** How many were added, those with a name of another included. */
  readonly seen: number
  readonly failed: number
  /** By 'suite › case'. Refuses where there are none, or fewer than the report promises. */
  finish(promised?: { readonly tests?: number; readonly failed?: number }): Map<string, CaseResult>
}

export function caseResults(form: string): CaseResults {
  const results = new Map<string, CaseResult>()
  let seen = 0
  let failed = 0
  return {
    add(path, result) {
      if (++seen > MOST_TESTS) throw testReportUnreadable(form, `it holds more than ${MOST_TESTS} tests`)
      if (result === 'failed') failed++
      const name = oneLine(path.filter(Boolean).join(' › '), 300) || '(no name)'
      const before = results.get(name)
      results.set(name, before === 'failed' || result === 'failed' ? 'failed' : (before ?? result))
    },
    get seen() {
      return seen
    },
    get failed() {
      return failed
    },
    finish({ tests = 0, failed: failures = 0 } = {}) {
      if (tests > seen) throw testReportUnreadable(form, `it says ${tests} tests and holds ${seen}`)
      if (failures > failed)
        throw testReportUnreadable(form, `it says ${failures} failures and holds ${failed}`)
      if (seen === 0) throw testReportUnreadable(form, 'it holds no tests')
      return results
    },
  }
}

/** A test file as its path inside the tree. */
export const fileInTree = (path: string, root: string): string =>
  path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
