import { z } from 'zod'
import type { CaseResult } from '../../trust/measurements.ts'
import { list } from './bounded.ts'
import { caseResults, fileInTree, testReportUnreadable } from './case-results.ts'

const count = z.number().int().nonnegative()

/** Jest's `--json`, which Vitest's json reporter writes as well. */
const schema = z.object({
  numTotalTests: count,
  numFailedTests: count,
  wasInterrupted: z.boolean().optional(),
  testResults: list(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: list(
        z.object({
          ancestorTitles: list(z.string()),
          title: z.string(),
          status: z.enum(['passed', 'failed', 'skipped', 'pending', 'todo', 'disabled', 'focused']),
        }),
      ),
    }),
  ),
})

export const looksLikeJest = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'testResults')

/** Results by name (file › suite › case). A file that failed without a failing test is a failed case of its name. */
export function readJest(value: unknown, root: string): Map<string, CaseResult> {
  const report = schema.safeParse(value)
  if (!report.success) {
    const issue = report.error.issues[0]
    throw testReportUnreadable('Vitest or Jest JSON', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { numTotalTests, numFailedTests, wasInterrupted, testResults } = report.data
  if (wasInterrupted) throw testReportUnreadable('Vitest or Jest JSON', 'the tests were interrupted')
  const held = testResults.reduce((sum, file) => sum + file.assertionResults.length, 0)
  // Before files that did not load are added: they must not stand in for tests that are missing.
  if (numTotalTests > held)
    throw testReportUnreadable('Vitest or Jest JSON', `it says ${numTotalTests} tests and holds ${held}`)
  const cases = caseResults('Vitest or Jest JSON')
  for (const file of testResults) {
    const name = fileInTree(file.name, root)
    for (const { ancestorTitles, title, status } of file.assertionResults)
      cases.add(
        [name, ...ancestorTitles, title],
        status === 'passed' || status === 'failed' ? status : 'skipped',
      )
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'))
      cases.add([name], 'failed')
  }
  return cases.finish({ failed: numFailedTests })
}
