// Where a test is worth most: lines that none executes, in files that change often.
import type { LineHits } from '../sandbox/readers/line-hits.ts'

export interface Uncovered {
  /** In the repository. */
  readonly path: string
  readonly lines: number
  /** That changed it in 90 days. */
  readonly commits: number
}

const MOST = 10

/** The first is the most worth: uncovered lines times commits. `directory`: where the report's paths are from. */
export function uncoveredOf(
  hits: LineHits,
  churn: Readonly<Record<string, number>>,
  directory?: string,
): readonly Uncovered[] {
  return [...hits]
    .map(([name, lines]) => {
      const path = directory === undefined ? name : `${directory}/${name}`
      return {
        path,
        lines: [...lines.values()].filter((count) => count === 0).length,
        commits: churn[path] ?? 0,
      }
    })
    .filter(({ lines, commits }) => lines > 0 && commits > 0)
    .sort((a, b) => b.lines * b.commits - a.lines * a.commits || (a.path < b.path ? -1 : 1))
    .slice(0, MOST)
}
