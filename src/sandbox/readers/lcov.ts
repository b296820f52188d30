import { lcovParser } from '@friedemannsommer/lcov-parser'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'

/** Hits of each executable line, by path inside the tree. */
export type LineHits = ReadonlyMap<string, ReadonlyMap<number, number>>

const unreadable = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'coverage_report_unreadable',
    `The coverage report is not readable LCOV: ${why}.`,
    'Check test.coverage in grace.yaml and what the test command writes there.',
  )

/** `root` is where the tree was mounted when the report was written: absolute paths are taken from there. */
export async function readLcov(text: string, root = '/work'): Promise<LineHits> {
  if (text.trim() !== '' && !/end_of_record\s*$/.test(text))
    throw unreadable('it ends in the middle of a record')
  const files = new Map<string, Map<number, number>>()
  try {
    for (const section of await lcovParser({ from: text })) {
      const path = section.path.startsWith(`${root}/`) ? section.path.slice(root.length + 1) : section.path
      const lines = files.get(path) ?? new Map<number, number>()
      for (const { line, hit } of section.lines.details) lines.set(line, (lines.get(line) ?? 0) + hit)
      files.set(path, lines)
    }
  } catch (error) {
    throw unreadable(oneLine((error as Error).message))
  }
  return files
}

/** Per cent of executable lines that were executed; null where there are none. */
export function linePercent(hits: LineHits): number | null {
  const lines = [...hits.values()].flatMap((file) => [...file.values()])
  return lines.length === 0 ? null : (lines.filter((hit) => hit > 0).length / lines.length) * 100
}
