import { z } from 'zod'
import type { Command } from '../config/units.ts'
import { FRESH, type Plan } from './plan.ts'
import { lineOf } from './runner-lines.ts'
import { type Package, type TestRun, testRunOf } from './test-script.ts'

const names = z.record(z.string(), z.string()).catch({})
const packageSchema = z.object({
  scripts: names,
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
})

export function nodePlan(text: string | undefined, paths: ReadonlySet<string>): Plan | undefined {
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
  const manifest = packageSchema.safeParse(value)
  if (!manifest.success) return undefined
  const { scripts, dependencies, devDependencies, optionalDependencies } = manifest.data
  const versions = { ...optionalDependencies, ...dependencies, ...devDependencies }
  const pkg: Package = { scripts, dependencies: new Set(Object.keys(versions)) }
  const run = testRunOf(pkg) ?? runWithoutScript(pkg)
  if (!run) return undefined
  const install = installOf(pkg, paths)
  const { line, report, coverage } = lineOf(run, pkg, versions)
  const command = [
    FRESH,
    'export PATH="$PWD/node_modules/.bin:$PATH"',
    ...run.before,
    line,
    ...run.after,
  ].join(' && ')
  const runner = run.runner === 'tape' ? 'tap' : run.runner
  return {
    runner,
    ...(install === undefined ? {} : { install }),
    test: { command, report, ...(coverage === undefined ? {} : { coverage }) },
    why:
      scripts.test === undefined || NO_TEST.test(scripts.test)
        ? `package.json has no test script and depends on ${runner}.`
        : `The test script of package.json runs ${run.runner}${run.cover ? ` under ${run.cover.tool}` : ''}.`,
  }
}

/** What `npm init` writes. */
const NO_TEST = /no test specified/

function runWithoutScript({ scripts, dependencies }: Package): TestRun | undefined {
  if (scripts.test !== undefined && !NO_TEST.test(scripts.test)) return undefined
  const runner = (['vitest', 'jest', 'ava', 'mocha', 'tap'] as const).find((name) => dependencies.has(name))
  return runner && { runner, before: [], after: [], environment: [], launch: [runner], args: [] }
}

function installOf({ dependencies }: Package, paths: ReadonlySet<string>): Command | undefined {
  if (dependencies.size === 0) return undefined
  const locked = paths.has('package-lock.json') || paths.has('npm-shrinkwrap.json')
  return `npm ${locked ? 'ci' : 'install'} --ignore-scripts --no-audit --no-fund`
}
