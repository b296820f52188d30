import { parse } from 'junit2json'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'

const unreadable = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'test_report_unreadable',
    `The test report is not readable JUnit XML: ${why}.`,
    'Check test.report in grace.yaml and what the test command writes there.',
  )

const MOST_TESTS = 50_000
const MOST_DEEP = 100

interface Suite {
  name?: string
  testsuite?: Suite[]
  testcase?: {
    classname?: string
    name?: string
    failure?: unknown[]
    error?: unknown[]
    skipped?: unknown[]
  }[]
}

/**
 * Results by test name (suite path › case). The same name twice counts as failed if either failed. A report that
 * ends early does not parse; one whose root says more tests than it holds is refused: never a wrong count silently.
 */
export async function readJUnit(xml: string): Promise<Map<string, CaseResult>> {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw unreadable('it declares a document type')
  let root: (Suite & { tests?: number }) | null | undefined
  try {
    root = (await parse(xml)) as Suite | null | undefined
  } catch (error) {
    throw unreadable(oneLine((error as Error).message))
  }
  if (!root || typeof root !== 'object') throw unreadable('it is empty')
  const results = new Map<string, CaseResult>()
  let seen = 0
  const visit = (suite: Suite, path: readonly string[]): void => {
    if (path.length > MOST_DEEP) throw unreadable(`its suites are more than ${MOST_DEEP} deep`)
    for (const test of suite.testcase ?? []) {
      if (++seen > MOST_TESTS) throw unreadable(`it holds more than ${MOST_TESTS} tests`)
      const name = oneLine([...path.filter(Boolean), test.name ?? '(no name)'].join(' › '), 300)
      const result = test.failure || test.error ? 'failed' : test.skipped ? 'skipped' : 'passed'
      const before = results.get(name)
      results.set(name, before === 'failed' || result === 'failed' ? 'failed' : (before ?? result))
    }
    for (const inner of suite.testsuite ?? []) visit(inner, [...path, inner.name ?? ''])
  }
  visit(root, [])
  const promised = Number(root.tests)
  if (Number.isFinite(promised) && promised > seen)
    throw unreadable(`it says ${promised} tests and holds ${seen}`)
  return results
}
