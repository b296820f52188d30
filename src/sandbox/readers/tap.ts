import { Parser } from 'tap-parser'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import type { CaseResult } from '../../trust/measurements.ts'
import { type CaseResults, caseResults, testReportUnreadable } from './case-results.ts'
import { MOST_DEEP } from './limits.ts'

const unreadable = (why: string): Refusal => testReportUnreadable('TAP', why)

/** What the parser passes over as no TAP, and what would be a lost result: behind the last plan, a second report. */
const LOST = /^(?: {4})*(?:(?:not )?ok(?: \d+| -|$)|\d+\.\.\d+(?:\s|$)|TAP version \d)/

/** Written by tape: flat, the names of tests are comments, and those of the points only say what is asserted. */
const isTape = (text: string): boolean =>
  /^TAP version 13\n# (?!Subtest)/.test(text) && /^(?:not )?ok 1(?! -)/m.test(text)

/**
 * Results by name (test › subtest), TAP 12 to 14; with tape (test › assertion). A test that has subtests is a test point of its own, as it is in
 * TAP: it may fail by itself, in a hook. What is skipped or still to do is skipped, however it ended.
 */
export function readTap(text: string): Map<string, CaseResult> {
  // The last name or directive could be cut off: "ok 5 - adds # SK".
  if (!text.endsWith('\n')) throw unreadable('its last line has no end')
  const cases = caseResults('TAP')
  const parser = new Parser()
  const headings = isTape(text) ? headingsOf(text) : undefined
  watch(parser, [], cases, headings)
  parser.on('extra', (line: string) => {
    if (LOST.test(line.trimEnd())) throw unreadable(`"${oneLine(line, 80)}" stands where no result can`)
  })
  try {
    // Line by line: the parser searches what it is given from the beginning for every line.
    for (const line of withoutDiagnostics(text)) parser.write(line)
    parser.end()
  } catch (error) {
    throw error instanceof Refusal ? error : unreadable(oneLine((error as Error).message))
  }
  return cases.finish()
}

/** The comment above each test point, in their order: the parser says a point when it has seen what follows it. */
function* headingsOf(text: string): Generator<string> {
  let heading = ''
  for (const line of withoutDiagnostics(text, true)) {
    if (line.startsWith('# ')) heading = line.slice(2).trim()
    else if (/^(?:not )?ok(?: .*)?\{?$/.test(line.trimEnd())) yield heading
  }
}

const TOO_DEEP = '    '.repeat(MOST_DEEP + 1)
const POINT = /^( *)(?:not )?ok\b/

/**
 * Lines without comments and the YAML behind test points. Nothing is read of it, and the parser would build it: megabytes of it,
 * which a test prints as it likes, become gigabytes.
 */
function* withoutDiagnostics(text: string, comments = false): Generator<string> {
  /** The indent of the test point that was the line before; of the block that is open. */
  let point: string | undefined
  let block: string | undefined
  for (const [line] of text.matchAll(/[^\n]*\n/g)) {
    const bare = line.trimEnd()
    if (/^ *#(?! Subtest)/.test(bare)) {
      if (comments) yield line
      continue
    }
    if (line.startsWith(TOO_DEEP)) {
      // The parser would go down a level for every four spaces, with the whole line each time.
      if (LOST.test(bare)) throw unreadable(`its subtests are more than ${MOST_DEEP} deep`)
      continue
    }
    if (block === undefined) {
      const indent = /^ +(?=---$)/.exec(bare)?.[0]
      if (indent !== undefined && point !== undefined && indent.length > point.length) block = indent
      else yield line
      point = POINT.exec(bare)?.[1]
    } else if (bare === `${block}...`) block = undefined
    else if (bare !== '' && !line.startsWith(block)) {
      // What a test prints may stand between; a result may not.
      if (LOST.test(bare)) throw unreadable('the diagnostics of a test have no end')
      yield line
    }
  }
  if (block !== undefined) throw unreadable('the diagnostics of its last test have no end')
}

function watch(
  parser: Parser,
  path: readonly string[],
  cases: CaseResults,
  headings?: Iterator<string, unknown>,
): void {
  if (path.length > MOST_DEEP) throw unreadable(`its subtests are more than ${MOST_DEEP} deep`)
  let points = 0
  let failed = 0
  parser.on('assert', (point) => {
    const result = point.skip || point.todo ? 'skipped' : point.ok ? 'passed' : 'failed'
    points++
    if (result === 'failed') failed++
    const heading = headings?.next().value
    cases.add(
      [
        ...path,
        ...(typeof heading === 'string' ? [heading] : []),
        point.name || `test ${point.id || points}`,
      ],
      result,
    )
  })
  parser.on('child', (child: Parser) => watch(child, [...path, child.name || `test ${points + 1}`], cases))
  parser.on('bailout', (reason: string) => {
    throw unreadable(`the tests gave up (bail out)${reason ? `: ${oneLine(String(reason))}` : ''}`)
  })
  parser.on('complete', () => {
    const fault = planFault(parser, points, failed)
    // A test file that dies in its middle has no plan, and its own point says that it failed.
    if (fault && (parser.level === 0 || parser.closingTestPoint?.ok !== false)) throw unreadable(fault)
  })
}

function planFault({ planStart, planEnd }: Parser, points: number, failed: number): string | undefined {
  if (planStart === -1) return 'it has no plan (1..N)'
  const planned = planEnd - planStart + 1
  if (planned > points) return `it says ${planned} tests and holds ${points}`
  // AVA does not plan what it adds for a file that does not load.
  if (points - planned > failed) return `it says ${planned} tests and holds ${points}`
  return undefined
}
