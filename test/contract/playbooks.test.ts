// The detectors and playbooks that come along, as the sandbox runs them: JSON on stdin, a tree, and the tools of the repository.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findingsIn } from '../../src/trigger-mesh/own-detector.ts'

const SCRIPTS = new URL('../../adapters/playbooks/', import.meta.url).pathname
let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'grace-playbook-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
  chmodSync(join(directory, path), mode)
}
const read = (path: string) => readFileSync(join(directory, path), 'utf8')
/** `bin` comes before everything else in the PATH. */
const run = (script: string, stdin: object) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(SCRIPTS, script)], {
    cwd: directory,
    input: JSON.stringify(stdin),
    encoding: 'utf8',
    env: { PATH: `${directory}/bin:${dirname(process.execPath)}:/usr/bin:/bin` },
  })
  return { status, stdout, stderr }
}

describe('update-dependency', () => {
  const lock = (version: string) =>
    JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/minimist': { version } } })
  const evidence = { ecosystem: 'npm', package: 'minimist', versions: ['1.2.0'] }
  /** An npm whose `update` and `install` each leave that version. */
  const npm = (update: string, install: string) =>
    put(
      'bin/npm',
      `#!/usr/bin/env node
const { writeFileSync } = require('node:fs')
const version = { update: '${update}', install: '${install}' }[process.argv[2]]
writeFileSync('package-lock.json', ${JSON.stringify(lock('VERSION'))}.replace('VERSION', version))
if (process.argv[2] === 'install') writeFileSync('package.json', '{"dependencies":{"minimist":"^2"}}')
`,
      0o755,
    )
  const given = (manifest: object) => {
    put('package.json', JSON.stringify(manifest))
    put('package-lock.json', lock('1.2.0'))
  }

  test('stays within what package.json allows where that is enough', () => {
    given({ dependencies: { minimist: '^1' } })
    npm('1.2.8', '2.0.0')
    expect(run('update-dependency.mjs', { evidence }).stdout).toBe('updates minimist from 1.2.0 to 1.2.8\n')
    expect(read('package.json')).toBe('{"dependencies":{"minimist":"^1"}}')
  })
  test('goes beyond where the dependency is the repository’s own', () => {
    given({ devDependencies: { minimist: '1.2.0' } })
    npm('1.2.0', '2.0.0')
    expect(run('update-dependency.mjs', { evidence }).stdout).toBe('updates minimist from 1.2.0 to 2.0.0\n')
  })
  test.each([
    ['others hold it back', {}, evidence, /no version of minimist that its dependents allow/],
    ['nothing newer helps', { dependencies: { minimist: '1.2.0' } }, evidence, /no version of minimist/],
    ['it is none of npm', {}, { ...evidence, ecosystem: 'PyPI' }, /a package of PyPI/],
  ])('changes nothing and says why where %s', (_what, manifest, of, why) => {
    given(manifest)
    npm('1.2.0', '1.2.0')
    const { status, stdout } = run('update-dependency.mjs', { evidence: of })
    expect([status, stdout]).toEqual([0, expect.stringMatching(why)])
    expect([read('package.json'), read('package-lock.json')]).toEqual([
      JSON.stringify(manifest),
      lock('1.2.0'),
    ])
  })
})

describe('lint-debt and lint-fix', () => {
  /** An ESLint that fixes `var`, and finds but can’t fix `eval`. */
  const eslint = () =>
    put(
      'node_modules/.bin/eslint',
      `#!/usr/bin/env node
const { readFileSync, writeFileSync } = require('node:fs')
const text = readFileSync('a.js', 'utf8')
const n = text.split('var ').length - 1
if (process.argv.includes('--fix')) writeFileSync('a.js', text.replaceAll('var ', 'let '))
else console.log(JSON.stringify([{ filePath: process.cwd() + '/a.js', fixableErrorCount: n, fixableWarningCount: 0 }]))
process.exit(text.includes('eval') || n > 0 ? 1 : text.includes('crash') ? 2 : 0)
`,
      0o755,
    )
  test('finds what ESLint can fix, and fixes that', () => {
    eslint()
    put('a.js', 'var a = 1\nvar b = eval("2")\n')
    const found = findingsIn('shop', 'lint', run('lint-debt.mjs', { target: 'shop' }).stdout)
    expect(found).toMatchObject([{ fields: { tool: 'eslint' }, magnitude: 2, evidence: { worst: 'a.js' } }])
    expect(run('lint-fix.mjs', {}).stdout).toBe('what ESLint fixes by itself\n')
    expect(read('a.js')).toBe('let a = 1\nlet b = eval("2")\n')
    expect(run('lint-debt.mjs', { target: 'shop' })).toMatchObject({ status: 0, stdout: '' })
  })
  test('a linter that can’t look is no clean repository', () => {
    eslint()
    put('a.js', 'crash')
    expect(run('lint-debt.mjs', { target: 'shop' }).status).not.toBe(0)
    expect(run('lint-fix.mjs', {}).status).toBe(2)
  })
  test('without ESLint there is nothing to find', () => {
    expect(run('lint-debt.mjs', { target: 'shop' })).toMatchObject({ status: 0, stdout: '' })
  })
})
