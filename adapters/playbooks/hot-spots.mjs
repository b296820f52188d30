// Detector: files that change often and are deeply nested, where the next mistake is likely (Tornhill, "Your Code as a Crime Scene").
//
// Runs in a sandbox with the repository as its working directory; docs/extending.md says what it reads and prints. How deep
// the lines are indented stands for complexity: it needs no parser, and so knows every language (Hindle et al. 2008).
import { readFileSync, statSync } from 'node:fs'

const CODE = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|php|java|kt|cs|c|cc|cpp|h|hpp|swift|scala)$/
const TEST = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]*$/
const LARGEST = 1_000_000
/** Below these it is a file like others. */
const [LEAST_COMMITS, LEAST_DEPTH] = [10, 200]
const MOST = 3

/** Levels of all lines, added up; a level is a tab or as many blanks as most files of the language have. */
function depthOf(text) {
  const indents = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^[\t ]*/.exec(line)[0].replaceAll('\t', '    ').length)
  const level = Math.min(...indents.filter((indent) => indent > 0), 8)
  return indents.reduce((sum, indent) => sum + Math.floor(indent / level), 0)
}

const { churn } = JSON.parse(readFileSync(0, 'utf8'))
const spots = Object.entries(churn).flatMap(([path, commits]) => {
  if (commits < LEAST_COMMITS || !CODE.test(path) || TEST.test(path)) return []
  const file = statSync(path, { throwIfNoEntry: false })
  if (!file?.isFile() || file.size > LARGEST) return []
  const depth = depthOf(readFileSync(path, 'utf8'))
  return depth < LEAST_DEPTH ? [] : [{ path, commits, depth }]
})
for (const { path, commits, depth } of spots
  .sort((a, b) => b.commits * b.depth - a.commits * a.depth)
  .slice(0, MOST))
  console.log(
    JSON.stringify({
      fields: { path },
      title: `Make ${path} simpler`,
      summary: `${path} was changed by ${commits} commits in 90 days, and is among the most deeply nested files that change so often`,
      rationale: 'What is hard to read and changes all the time is where mistakes are made.',
      evidence: { path, commits, indentation_levels: depth },
      magnitude: commits * depth,
      claims: [{ kpi: 'code_quality_score', at_least: 1 }],
    }),
  )
