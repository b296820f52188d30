import { z } from 'zod'
import type { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'
import { caseResults, testReportUnreadable } from './case-results.ts'
import { parseJson } from './parse-json.ts'

const unreadable = (why: string): Refusal => testReportUnreadable('JSON of "go test"', why)

/** One line of `go test -json` (go doc test2json). */
const schema = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
})
const RESULTS: Readonly<Record<string, CaseResult>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  bench: 'passed',
}

/** Until Go 1.24 a package that is not built is told outside of the JSON. */
const NOT_BUILT = /^FAIL\t(\S+) \[(?:build|setup) failed\]$/

interface Package {
  tests: Map<string, CaseResult | undefined>
  ended?: CaseResult
}

/**
 * Results by name (package › test › subtest). A package that failed without a failing test (not built, or dead before
 * the first) is a failed case of its name. Go says no number of packages, so that a report that ends between two of
 * them looks whole; lines {"Action":"listed","Package":"…"} before the tests, as `go list -f` can write
 * them, make it a promise.
 */
export function readGoTest(text: string): Map<string, CaseResult> {
  if (!text.endsWith('\n')) throw unreadable('its last line has no end')
  const packages = new Map<string, Package>()
  const of = (name: string): Package => {
    const known = packages.get(name)
    if (known) return known
    const made: Package = { tests: new Map() }
    packages.set(name, made)
    return made
  }
  for (const line of text.split('\n')) {
    const failed = NOT_BUILT.exec(line)?.[1]
    if (failed) of(failed).ended = 'failed'
    if (!line.startsWith('{')) continue
    const { Action, Package: name, Test: test } = eventOf(line)
    if (name === undefined) continue
    const result = Object.hasOwn(RESULTS, Action) ? RESULTS[Action] : undefined
    const tests = of(name).tests
    // Whatever is run again (-count) stays failed.
    if (test !== undefined && tests.get(test) !== 'failed') tests.set(test, result ?? tests.get(test))
    else if (test === undefined && result && of(name).ended !== 'failed') of(name).ended = result
  }
  const cases = caseResults('JSON of "go test"')
  for (const [name, { tests, ended }] of packages) {
    if (!ended) throw unreadable(`it ends before package ${oneLine(name)} does`)
    const before = cases.failed
    for (const [test, result] of tests) {
      // A test that was begun and never ended: the process died in it.
      if (!result && ended !== 'failed')
        throw unreadable(`${oneLine(test)} has no result although its package passed`)
      cases.add([name, ...test.split('/')], result ?? 'failed')
    }
    if (ended === 'failed' && cases.failed === before) cases.add([name], 'failed')
  }
  return cases.finish()
}

function eventOf(line: string): z.output<typeof schema> {
  try {
    return schema.parse(parseJson(line))
  } catch {
    throw unreadable(`"${oneLine(line, 80)}" is no line of it`)
  }
}
