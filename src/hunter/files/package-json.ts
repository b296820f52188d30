// A package's own manifest: what is run when it is installed, and where its dependencies come from.
import { harmOf } from '../flow/commands.ts'
import { isBareAddress } from '../flow/texts.ts'
import type { Sight } from '../rules/rule.ts'

/** Run on the machine of everybody who installs the package (npm scripts, life cycle). */
const AT_INSTALL = new Set([
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
])
/** What well-known packages do there. */
const ORDINARY =
  /^(?:(?:is-ci|CI=\w+)\s*\|\|\s*)?(?:npx\s+)?(?:only-allow \w+|check-node-version[\w\s-]*|husky(?:\s+install)?(?:\s+\S+)?|lefthook install|simple-git-hooks|patch-package|node-gyp(?:-build)?(?:\s+rebuild)?|prebuild-install(?:\s*\|\|\s*node-gyp rebuild)?|electron-builder install-app-deps|ngcc|playwright install(?:\s+\S+)*|prisma generate|nuxt prepare|svelte-kit sync|wxt prepare|(?:npm|pnpm|yarn|bun)(?:\s+run)?\s+[\w:-]+|tsc(?:\s+[-\w./]+)*|tshy|tsup|unbuild(?:\s+--stub)?|rollup\s+-c|vite build|gulp(?:\s+\w+)?|lerna (?:bootstrap|run build)|turbo (?:run )?build|opencollective-postinstall|husky\s*\|\|\s*true)(?:\s*&&\s*(?:npm|pnpm|yarn)(?:\s+run)?\s+[\w:-]+)*$/
const COMMANDS_OF_OTHERS = new Set([
  'npm',
  'npx',
  'node',
  'yarn',
  'pnpm',
  'git',
  'sh',
  'bash',
  'ls',
  'cd',
  'cat',
  'curl',
  'ssh',
  'sudo',
  'python',
  'python3',
  'tsc',
  'cp',
  'mv',
  'rm',
])

interface Manifest {
  readonly name?: string
  readonly scripts?: Readonly<Record<string, unknown>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly [field: string]: unknown
}
const DEPENDENCIES = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'resolutions',
]

export const isPackageJson = (path: string): boolean => /(?:^|\/)package\.json$/.test(path)

/** Throws where it is no JSON. `inCode` says what a piece of JavaScript would do. */
export function sightsInPackageJson(
  before: string | undefined,
  after: string,
  inCode: (text: string) => Sight[],
): Sight[] {
  const was = before === undefined ? {} : read(before)
  const is = JSON.parse(after) as Manifest
  const lineOf = (text: string): number => {
    const at = after.indexOf(JSON.stringify(text))
    return at < 0 ? 1 : after.slice(0, at).split('\n').length
  }
  const found: Sight[] = []
  for (const [name, script] of Object.entries(is.scripts ?? {})) {
    if (typeof script !== 'string' || was.scripts?.[name] === script) continue
    const harm = harmOf(script)
    const inner = /(?:node|bun|deno)\s+(?:-[a-z]*e|--eval|-p)\s+(["'])([\s\S]*)\1/.exec(script)?.[2]
    const worst = inner === undefined ? undefined : inCode(inner).find(({ grade }) => grade === 'block')
    const line = lineOf(name)
    if (harm) found.push({ line, grade: 'block', what: `the script “${name}” ${harm}` })
    else if (worst) found.push({ line, grade: 'block', what: `the script “${name}”: ${worst.what}` })
    else if (AT_INSTALL.has(name)) {
      const grade = ORDINARY.test(script.trim()) || name.includes('prepare') ? 'review' : 'block'
      found.push({ line, grade, what: `the script “${name}” is run when the package is installed` })
    }
  }
  const bins = typeof is.bin === 'object' && is.bin !== null ? Object.keys(is.bin) : []
  const hadBins = typeof was.bin === 'object' && was.bin !== null ? Object.keys(was.bin) : []
  for (const bin of bins)
    if (COMMANDS_OF_OTHERS.has(bin) && bin !== is.name && !hadBins.includes(bin))
      found.push({ line: lineOf(bin), grade: 'block', what: `takes the place of the command “${bin}”` })
  for (const field of DEPENDENCIES)
    for (const [name, spec] of Object.entries((is[field] as Record<string, unknown> | undefined) ?? {})) {
      const had = (was[field] as Record<string, unknown> | undefined)?.[name]
      if (typeof spec !== 'string' || had === spec) continue
      if (/^https?:\/\//.test(spec) && (spec.startsWith('http:') || isBareAddress(spec)))
        found.push({
          line: lineOf(name),
          grade: 'block',
          what: `${name} is fetched from ${spec.slice(0, 80)}`,
        })
      else if (/^(?:https?:|git[+:@]|git\+|github:|gitlab:|bitbucket:|[\w-]+\/[\w.-]+(?:#|$))/.test(spec))
        found.push({ line: lineOf(name), grade: 'review', what: `${name} does not come from a registry` })
    }
  return found
}

function read(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest
  } catch {
    return {}
  }
}
