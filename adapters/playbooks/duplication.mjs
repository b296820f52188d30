// Detector: code that is there twice, as the repository's own jscpd says.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { target } = JSON.parse(readFileSync(0, 'utf8'))
const JSCPD = 'node_modules/.bin/jscpd'
if (!existsSync(JSCPD)) process.exit(0)
/** Below this it is a likeness. */
const LEAST_LINES = 20
const MOST = 3

const output = mkdtempSync(join(tmpdir(), 'jscpd-'))
// Its exit says whether a threshold of the repository's own was passed; whether it could look, the report does.
const { stderr } = spawnSync(JSCPD, ['.', '--reporters', 'json', '--output', output, '--silent'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 ** 2,
})
const report = join(output, 'jscpd-report.json')
if (!existsSync(report)) {
  process.stderr.write(stderr)
  process.exit(2)
}
const { duplicates } = JSON.parse(readFileSync(report, 'utf8'))
const placed = ({ name, start, end }) => ({ path: name.replace(`${process.cwd()}/`, ''), start, end })
const found = duplicates
  .map(({ firstFile, secondFile }) => {
    const [first, second] = [placed(firstFile), placed(secondFile)].sort((a, b) => (a.path < b.path ? -1 : 1))
    return { first, second, lines: first.end - first.start + 1 }
  })
  .filter(({ lines }) => lines >= LEAST_LINES)
// Two files are one finding, however many of their parts are the same.
const pairs = [...Map.groupBy(found, ({ first, second }) => `${first.path} ${second.path}`).values()]
  .map((parts) => ({ parts, lines: parts.reduce((sum, part) => sum + part.lines, 0) }))
  .sort((a, b) => b.lines - a.lines)
for (const { parts, lines } of pairs.slice(0, MOST)) {
  const [{ first, second }] = parts
  const where = first.path === second.path ? first.path : `${first.path} and ${second.path}`
  console.log(
    JSON.stringify({
      fields: { first: first.path, second: second.path },
      title: `Say once what ${where} ${first.path === second.path ? 'says' : 'say'} twice`,
      summary: `${lines} lines of ${target} are there twice: in ${where}`,
      rationale: 'What is there twice is mended once.',
      evidence: { parts: parts.slice(0, 10), lines },
      magnitude: lines,
      claims: [{ kpi: 'code_quality_score', at_least: 1 }],
    }),
  )
}
