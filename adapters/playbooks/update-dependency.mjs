// Playbook: a version of a vulnerable npm package that has none of its known vulnerabilities, in the lock file alone where that is enough.
//
// Answers `vulnerabilities`; needs `registries: true`. docs/extending.md says what it reads; what it leaves is the candidate.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const { evidence } = JSON.parse(readFileSync(0, 'utf8'))
const { ecosystem, package: name, versions } = evidence

/** Without a change, and the reason. */
function giveUp(why) {
  console.log(why)
  process.exit(0)
}
if (ecosystem !== 'npm') giveUp(`it is a package of ${ecosystem}; this playbook knows npm`)
if (!existsSync('package-lock.json')) giveUp('there is no package-lock.json here')

const FILES = ['package.json', 'package-lock.json']
const before = FILES.map((file) => [file, readFileSync(file, 'utf8')])
const manifest = JSON.parse(before[0][1])
const isDirect = ['dependencies', 'devDependencies', 'optionalDependencies'].some(
  (kind) => manifest[kind]?.[name],
)

/** Its versions in the lock file, as they are now. */
const locked = () => [
  ...new Set(
    Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages ?? {})
      .filter(([place, one]) => (one.name ?? place.split('node_modules/').at(-1)) === name && place !== '')
      .map(([, one]) => one.version),
  ),
]
const isVulnerable = () => locked().some((version) => versions.includes(version))

function npm(...words) {
  try {
    execFileSync('npm', [...words, '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } catch (error) {
    process.stderr.write(String(error.stderr))
  }
}

// Within what package.json and its dependents allow; then beyond, where it is ours to say.
npm('update', name)
if (isVulnerable() && isDirect) npm('install', `${name}@latest`)
if (isVulnerable()) {
  for (const [file, text] of before) writeFileSync(file, text)
  giveUp(`no version of ${name} that its dependents allow is without the known vulnerabilities`)
}
const now = locked()
console.log(
  now.length === 0
    ? `${name} ${versions.join(', ')} is not needed any more`
    : `updates ${name} from ${versions.join(', ')} to ${now.join(', ')}`,
)
