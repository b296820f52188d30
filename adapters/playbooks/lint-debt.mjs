// Detector: what the repository's own ESLint could fix by itself. Its configuration says what is wrong; lint-fix.mjs answers it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const { target } = JSON.parse(readFileSync(0, 'utf8'))
const ESLINT = 'node_modules/.bin/eslint'
if (!existsSync(ESLINT)) process.exit(0)

/** ESLint ends with 1 where it finds anything; with 2 where it could not look, and then nobody knows. */
function report() {
  try {
    return execFileSync(ESLINT, ['.', '--format', 'json'], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })
  } catch (error) {
    if (error.status === 1) return error.stdout
    throw error
  }
}
const files = JSON.parse(report())
const fixable = files.reduce((sum, one) => sum + one.fixableErrorCount + one.fixableWarningCount, 0)
const [worst] = files.toSorted(
  (a, b) => b.fixableErrorCount + b.fixableWarningCount - a.fixableErrorCount - a.fixableWarningCount,
)
if (fixable > 0)
  console.log(
    JSON.stringify({
      fields: { tool: 'eslint' },
      title: `Fix what ESLint can fix in ${target}`,
      summary: `ESLint finds ${fixable} ${fixable === 1 ? 'thing' : 'things'} in ${target} that it can fix by itself`,
      rationale: 'What a tool can fix is in the way of reading what it can’t.',
      evidence: { fixable, worst: worst.filePath.replace(`${process.cwd()}/`, '') },
      magnitude: fixable,
    }),
  )
