import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'
import { caseResults, testReportUnreadable } from './case-results.ts'
import { readXml } from './read-xml.ts'

const unreadable = (why: string): Refusal => testReportUnreadable('JUnit XML', why)

interface Suite {
  readonly name: string
  /** How many its attributes say, and how many stood before it. */
  readonly tests: { readonly said: number; readonly before: number }
  readonly failures: { readonly said: number; readonly before: number }
}
interface Case {
  readonly path: readonly string[]
  failed: boolean
  skipped: boolean
  todo: boolean
}

/**
 * Results by name (suite path › class › case), as node:test, Vitest, Mocha's xunit and pytest write them. A report
 * that ends early does not parse; one with a suite that says more tests or failures than it holds is refused.
 */
export function readJUnit(xml: string): Map<string, CaseResult> {
  const cases = caseResults('JUnit XML')
  const suites: Suite[] = []
  let current: Case | undefined
  /** <failure> and <error> elements so far: pytest may give one test both, and counts both. */
  let failures = 0
  try {
    readXml(xml, {
      open(name, said, path) {
        if (path.length === 0 && name !== 'testsuites' && name !== 'testsuite')
          throw unreadable(`its root is <${oneLine(name, 40)}>`)
        const inside = path.at(-1)
        if (name === 'testsuites' || name === 'testsuite')
          suites.push({
            name: path.length === 0 ? '' : (said.name ?? ''),
            tests: { said: count(said.tests), before: cases.seen },
            failures: { said: count(said.failures) + count(said.errors), before: failures },
          })
        else if (name === 'testcase') {
          if (current) throw unreadable('it has a test in a test')
          const outer = suites.map((suite) => suite.name).filter(Boolean)
          const path = [...outer, ...classOf(said, outer), said.name || '(no name)']
          current = { path, failed: false, skipped: false, todo: false }
        } else if (current && inside === 'testcase') {
          if (name === 'failure' || name === 'error') {
            current.failed = true
            failures++
          } else if (name === 'skipped') {
            current.skipped = true
            current.todo ||= said.type === 'todo'
          }
        }
      },
      close(name) {
        if (name === 'testcase' && current) {
          cases.add(current.path, resultOf(current))
          current = undefined
        } else if (name === 'testsuites' || name === 'testsuite') {
          // A suite may hold more than it says (Mocha does not count a hook that fails), never less.
          const { tests, failures: failed } = suites.pop()!
          atLeast(tests.said, cases.seen - tests.before, 'tests')
          atLeast(failed.said, failures - failed.before, 'failures')
        }
      },
    })
  } catch (error) {
    throw error instanceof Refusal ? error : unreadable(oneLine((error as Error).message))
  }
  return cases.finish()
}

function count(said: string | undefined): number {
  if (said !== undefined && !/^\d+$/.test(said))
    throw unreadable(`"${oneLine(said, 40)}" is no number of tests`)
  return Number(said ?? 0)
}

function atLeast(said: number, held: number, what: string): void {
  if (said > held) throw unreadable(`it says ${said} ${what} and holds ${held}`)
}

/** node:test: a test that is still to do may fail. */
const resultOf = ({ failed, skipped, todo }: Case): CaseResult =>
  failed && !todo ? 'failed' : skipped ? 'skipped' : 'passed'

/**
 * The class, where suites and case do not say it already: pytest's is the module, Mocha's the path of suites.
 * node:test writes "test" or the suites again, Vitest the file again, others the whole name.
 */
function classOf(
  { classname, name }: Readonly<Record<string, string>>,
  suites: readonly string[],
): readonly string[] {
  if (!classname || classname === 'test' || name?.includes(classname)) return []
  return [suites.join('.'), suites.join(' '), suites.at(-1)].includes(classname) ? [] : [classname]
}
