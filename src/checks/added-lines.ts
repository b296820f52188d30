// Looking for patterns in what a change adds: the shape that many small checks share.
import type { FileChange } from '../candidate/diff.ts'
import type { Evidence } from './check.ts'

const EXCERPT = 120
/** No more of a line is looked at by a pattern: a longer one is not readable (transparency), and patterns take their time. */
export const LINE = 1_000

/** Every added line that matches, as evidence with its file and line. */
export function addedLines(
  changes: readonly FileChange[],
  pattern: RegExp,
  what: string,
  where: (path: string) => boolean = () => true,
): Evidence[] {
  return changes
    .filter((file) => where(file.path))
    .flatMap((file) =>
      file.added
        .filter((line) => line.text.slice(0, LINE).search(pattern) >= 0)
        .map((line) => ({
          at: `${file.path}:${line.number}`,
          what: `${what}: ${line.text.trim().slice(0, EXCERPT)}`,
        })),
    )
}
