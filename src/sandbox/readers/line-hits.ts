// What all readers of coverage reports share.
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'

/** Hits of each executable line, by path inside the tree. */
export type LineHits = ReadonlyMap<string, ReadonlyMap<number, number>>

export const coverageUnreadable = (form: string, why: string): Refusal =>
  new Refusal(
    'invalid',
    'coverage_report_unreadable',
    `The coverage report is not readable ${form}: ${why}.`,
    'Check test.coverage in grace.yaml and what the test command writes there: LCOV, Cobertura XML, Istanbul JSON (coverage-final.json) or a Go cover profile.',
  )

/** Longer than any source file; a line beyond it is a report that lies. */
const MOST_LINE = 1_000_000
/** Added in one report. */
export const MOST_LINES = 2_000_000

export interface LineCollector {
  /** Says that a file is in the report, be it without a line. */
  file(path: string): void
  /** The same line twice was executed as often as both say. */
  add(path: string, line: number, hits: number): void
  readonly files: LineHits
}

/** `root` is where the tree was mounted when the report was written: absolute paths are taken from there. */
export function lineCollector(form: string, root: string): LineCollector {
  const files = new Map<string, Map<number, number>>()
  let added = 0
  const of = (path: string): Map<number, number> => {
    const name = (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path).replace(/^(?:\.\/)+/, '')
    if (name === '') throw coverageUnreadable(form, 'a file has no name')
    const known = files.get(name)
    if (known) return known
    const made = new Map<number, number>()
    files.set(name, made)
    return made
  }
  return {
    file: of,
    add(path, line, hits) {
      if (!Number.isInteger(line) || line < 1 || line > MOST_LINE)
        throw coverageUnreadable(form, `${oneLine(path, 80)} has no line ${line}`)
      if (!Number.isFinite(hits) || hits < 0)
        throw coverageUnreadable(form, `${oneLine(path, 80)}:${line} says ${hits} hits`)
      if (++added > MOST_LINES) throw coverageUnreadable(form, `it holds more than ${MOST_LINES} lines`)
      const lines = of(path)
      lines.set(line, (lines.get(line) ?? 0) + hits)
    },
    files,
  }
}

/** Per cent of executable lines that were executed; null where there are none. */
export function linePercent(hits: LineHits): number | null {
  let lines = 0
  let executed = 0
  for (const file of hits.values())
    for (const hit of file.values()) {
      lines++
      if (hit > 0) executed++
    }
  return lines === 0 ? null : (executed / lines) * 100
}
