// Detector: files and exports that nothing uses, as the repository's own knip says. remove-dead-code.mjs answers it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const { target } = JSON.parse(readFileSync(0, 'utf8'))
const KNIP = 'node_modules/.bin/knip'
if (!existsSync(KNIP)) process.exit(0)

const { status, stdout, stderr } = spawnSync(
  KNIP,
  ['--reporter', 'json', '--no-progress', '--include', 'files,exports,types'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
)
// 1: it found something; 2: it could not look, and then nobody knows.
if (status !== 0 && status !== 1) {
  process.stderr.write(stderr)
  process.exit(2)
}
// knip 5 lists files beside the issues, knip 6 among them.
const { issues, files: beside = [] } = JSON.parse(stdout)
const files = [...beside, ...issues.flatMap((issue) => (issue.files ?? []).map(({ name }) => name))]
const names = issues.flatMap(({ file, exports = [], types = [] }) =>
  [...exports, ...types].map(({ name }) => `${file}: ${name}`),
)
const found = files.length + names.length
if (found > 0)
  console.log(
    JSON.stringify({
      fields: { tool: 'knip' },
      title: `Remove what nothing uses in ${target}`,
      summary: `knip finds ${files.length} files and ${names.length} exports in ${target} that nothing uses`,
      rationale: 'What nothing uses is read, tested and kept up for nobody.',
      evidence: { files: files.slice(0, 50), exports: names.slice(0, 50) },
      magnitude: found,
    }),
  )
