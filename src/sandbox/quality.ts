// Code quality, 0–100, over what a change adds and removes. The formula is in docs/trust.md.
import { type FileChange, isCode, isTest, type Line } from '../candidate/diff.ts'
import type { LintFinding } from './readers/lint-report.ts'
import type { LintRuns } from './run-lint.ts'

const LONG_LINE = 120
const DEEP = 5
/** Leftovers that no reviewer lets through. */
const LEFTOVER =
  /\bdebugger\b|\bconsole\.(?:log|debug)\(|\bprint\(|\b(?:TODO|FIXME|XXX|HACK)\b|\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\bas any\b|@ts-ignore/
const COPIED_BLOCK = 6

const indentOf = (text: string): number => {
  const [space = ''] = /^[\t ]*/.exec(text) ?? []
  return space.includes('\t') ? space.split('\t').length - 1 : Math.floor(space.length / 2)
}

/** Points against one line: 1 for too long, 1 for nested deeper than 5 levels, 2 for a leftover. */
export const linePoints = (text: string): number =>
  (text.length > LONG_LINE ? 1 : 0) +
  (text.trim() !== '' && indentOf(text) > DEEP ? 1 : 0) +
  (LEFTOVER.test(text) ? 2 : 0)

/** Lines that stand in a run of six or more that occurs before in the same text. */
export function copiedLines(lines: readonly string[]): number {
  const kept = lines.map((line) => line.trim()).filter((line) => line.length > 3)
  const seen = new Set<string>()
  const copied = new Set<number>()
  for (let i = 0; i + COPIED_BLOCK <= kept.length; i++) {
    const block = kept.slice(i, i + COPIED_BLOCK).join('\n')
    if (seen.has(block)) for (let j = i; j < i + COPIED_BLOCK; j++) copied.add(j)
    seen.add(block)
  }
  return copied.size
}

/** A change of fewer lines is weighed as one of so many: one line that is too long does not spoil it. */
const LEAST_LINES = 25

/** Of the target's own linters, by their severity. */
const LINT_POINTS = { error: 2, warning: 1, note: 0 } as const

interface Scored {
  readonly path: string
  readonly lines: readonly Line[]
}

function score(files: readonly Scored[], findings: readonly LintFinding[]): number {
  const lines = files.flatMap((file) => file.lines)
  if (lines.length === 0) return 100
  const counted = new Set(files.flatMap(({ path, lines }) => lines.map(({ number }) => `${path}:${number}`)))
  const points =
    lines.reduce((sum, { text }) => sum + linePoints(text), 0) +
    copiedLines(lines.map(({ text }) => text)) +
    findings
      .filter(({ path, line }) => counted.has(`${path}:${line}`))
      .reduce((sum, { severity }) => sum + LINT_POINTS[severity], 0)
  // Two points a line make 0: every line is bad in two ways.
  return Math.max(0, 100 - (100 * points) / (Math.max(lines.length, LEAST_LINES) * 2))
}

/**
 * The score of what stood in the changed places before, and of what stands there now. Where nothing stood, or no
 * program text changes, it is 100: new text has to be good, and no text can't be bad. With linters of its own their
 * findings on these lines count as well; null where they gave nothing on the candidate.
 */
export function quality(
  changes: readonly FileChange[],
  lint?: LintRuns,
): { baseline: number; candidate: number | null } {
  const code = changes.filter(
    (file) => (isCode(file.path) || file.path.endsWith('.sql')) && !isTest(file.path),
  )
  return {
    baseline: score(
      code.map(({ oldPath, removed }) => ({ path: oldPath, lines: removed })),
      lint?.baseline ?? [],
    ),
    candidate:
      lint?.candidate === null
        ? null
        : score(
            code.map(({ path, added }) => ({ path, lines: added })),
            lint?.candidate ?? [],
          ),
  }
}
