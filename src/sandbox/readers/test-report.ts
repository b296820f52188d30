import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'
import { testReportUnreadable } from './case-results.ts'
import { readGoTest } from './go-test.ts'
import { looksLikeJest, readJest } from './jest-json.ts'
import { readJUnit } from './junit.ts'
import { MOST_CHARACTERS } from './limits.ts'
import { parseJson } from './parse-json.ts'
import { readTap } from './tap.ts'

/**
 * Results by test name ('suite › case'), of whichever form the text is in. `root` is where the tree was mounted when
 * it was written. What is cut off, contradicts itself, is empty or of no known form refuses: never a wrong count.
 */
export async function readTestReport(text: string, root = '/work'): Promise<Map<string, CaseResult>> {
  if (text.length > MOST_CHARACTERS)
    throw testReportUnreadable('within 16 MB', `it has ${text.length} characters`)
  const report = text.replace(/^\ufeff/, '')
  const start = report.trimStart()
  if (start.startsWith('<')) return readJUnit(report)
  if (start.startsWith('{') && GO_TEST.test(start)) return readGoTest(report)
  if (start.startsWith('{') || start.startsWith('[')) return readJson(start, root)
  if (TAP.test(start)) return readTap(report)
  if (GO_TEST.test(start)) return readGoTest(report)
  throw testReportUnreadable(
    'as any known form',
    start === '' ? 'it is empty' : `it begins "${oneLine(start, 40)}"`,
  )
}

/** Its first line of JSON; a compiler may have spoken before. */
const GO_TEST = /^\{[^\n]*"Action":"[^\n]*\}\s*$/m
const TAP = /^(?:TAP version \d+|\d+\.\.\d+|(?:not )?ok\b)/im

function readJson(text: string, root: string): Map<string, CaseResult> {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw testReportUnreadable('JSON', oneLine((error as Error).message))
  }
  if (!looksLikeJest(value)) throw testReportUnreadable('as any known form', 'its JSON has no testResults')
  return readJest(value, root)
}
