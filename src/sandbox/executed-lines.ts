// Which changed lines some test executes.
import { type FileChange, isCode, isTest } from '../candidate/diff.ts'
import type { LineHits } from './readers/line-hits.ts'

export interface Executed {
  readonly executable: number
  readonly executed: number
  /** `path:line` of changed executable lines that nothing executed. */
  readonly missed: readonly string[]
}

const BLANK_OR_COMMENT = /^\s*(?:$|\/\/|#|\/?\*|--)/

/**
 * Where the coverage report knows a file, its records say what is executable. A changed program file that the
 * report does not know was not executed: each of its added lines that is no comment counts as missed.
 */
export function executedLines(changes: readonly FileChange[], hits: LineHits): Executed {
  const missed: string[] = []
  let executable = 0
  for (const file of changes) {
    if (!isCode(file.path) || isTest(file.path) || file.kind === 'deleted') continue
    const known = hits.get(file.path)
    for (const line of file.added) {
      const hit = known ? known.get(line.number) : BLANK_OR_COMMENT.test(line.text) ? undefined : 0
      if (hit === undefined) continue
      executable++
      if (hit === 0) missed.push(`${file.path}:${line.number}`)
    }
  }
  return { executable, executed: executable - missed.length, missed }
}
