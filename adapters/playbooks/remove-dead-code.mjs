// Playbook: the repository's own knip takes away the files and exports that nothing uses. Answers dead-code.mjs.
import { spawnSync } from 'node:child_process'

const { status, stderr } = spawnSync(
  'node_modules/.bin/knip',
  ['--fix', '--allow-remove-files', '--no-progress', '--include', 'files,exports,types'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
)
// 1: there is more, which people have to look at.
if (status !== 0 && status !== 1) {
  process.stderr.write(stderr)
  process.exit(2)
}
console.log('what knip finds unused is gone')
