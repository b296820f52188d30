import { oneLine } from '../../kernel/text.ts'
import { coverageUnreadable, type LineHits, lineCollector, MOST_LINES } from './line-hits.ts'

const unreadable = (why: string) => coverageUnreadable('Go cover profile', why)

/** file.go:startLine.startColumn,endLine.endColumn statements count (golang.org/x/tools/cover). */
const BLOCK = /^(.+):(\d+)\.\d+,(\d+)\.\d+ (\d+) (\d+)$/

/**
 * A profile has blocks; a line was hit as often as the block on it that was hit most. Files are named by import path: where the
 * module's name is cut off (`sed`), they are paths inside the tree.
 */
export function readGoCover(text: string, root: string): LineHits {
  if (!text.endsWith('\n')) throw unreadable('its last line has no end')
  const collector = lineCollector('Go cover profile', root)
  const most = new Map<string, Map<number, number>>()
  let covered = 0
  for (const row of text.split('\n').slice(1)) {
    // Profiles of several runs that were put one behind the other.
    if (row === '' || /^mode: \w+$/.test(row)) continue
    const block = BLOCK.exec(row)
    if (!block) throw unreadable(`"${oneLine(row, 80)}" is no line of it`)
    const [file, from, to, statements, hits] = [block[1]!, ...block.slice(2).map(Number)] as [
      string,
      number,
      number,
      number,
      number,
    ]
    if (to < from) throw unreadable(`"${oneLine(row, 80)}" ends before it begins`)
    covered += to - from + 1
    if (covered > MOST_LINES) throw unreadable(`its blocks cover more than ${MOST_LINES} lines`)
    const lines = most.get(file) ?? new Map<number, number>()
    most.set(file, lines)
    // An empty block has nothing to execute.
    if (statements > 0)
      for (let line = from; line <= to; line++) lines.set(line, Math.max(lines.get(line) ?? 0, hits))
  }
  for (const [file, lines] of most) {
    collector.file(file)
    for (const [line, hits] of lines) collector.add(file, line, hits)
  }
  return collector.files
}
