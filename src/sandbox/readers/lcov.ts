import { lcovParser } from '@friedemannsommer/lcov-parser'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import { coverageUnreadable, type LineHits, lineCollector, MOST_LINES } from './line-hits.ts'

const unreadable = (why: string): Refusal => coverageUnreadable('LCOV', why)

/** What stands between records or in them; anything else is none of LCOV's lines (geninfo(1)). */
const LINE = /^(?:[A-Z]+:.*|end_of_record|#.*|)$/
const LINE_DATA = /^DA:\d+,\d+(?:\.0+)?(?:,.*)?$/

export async function readLcov(text: string, root: string): Promise<LineHits> {
  // node --test writes "TN:" and nothing else where no file was covered.
  const rest = text.replace(/^TN:.*$/gm, '').trim()
  if (rest !== '' && !/end_of_record$/.test(rest)) throw unreadable('it ends in the middle of a record')
  // The parser takes what it can of a number: 1x is 1, and -1 is no hit.
  let lineData = 0
  for (const line of rest.split(/\r?\n/)) {
    if (!LINE.test(line) || (line.startsWith('DA:') && !LINE_DATA.test(line)))
      throw unreadable(`"${oneLine(line, 80)}" is no line of it`)
    // Before the parser is asked, which takes its time.
    if (line.startsWith('DA:') && ++lineData > MOST_LINES)
      throw unreadable(`it holds more than ${MOST_LINES} lines`)
  }
  const collector = lineCollector('LCOV', root)
  try {
    for (const { path, lines } of rest === '' ? [] : await lcovParser({ from: text })) {
      collector.file(path)
      if (lines.instrumented > lines.details.length)
        throw unreadable(
          `${oneLine(path, 80)} says ${lines.instrumented} lines and holds ${lines.details.length}`,
        )
      // An empty file, as coverage.py 6 writes it: LF:0, and line 0 was executed.
      if (lines.instrumented === 0 && lines.details.length === 1 && lines.details[0]?.line === 0) continue
      for (const { line, hit } of lines.details) collector.add(path, line, hit)
    }
  } catch (error) {
    throw error instanceof Refusal ? error : unreadable(oneLine((error as Error).message))
  }
  return collector.files
}
