// The detectors and playbooks that come along, as the sandbox runs them: JSON on stdin, a tree, and the tools of the repository.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { findingsIn } from '../../src/trigger-mesh/own-detector.ts'

const KNIP = new URL('../../node_modules/knip/bin/knip.js', import.meta.url).pathname
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
const run = (script: string, stdin: object, env: Readonly<Record<string, string>> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(SCRIPTS, script)], {
    cwd: directory,
    input: JSON.stringify(stdin),
    encoding: 'utf8',
    env: { ...env, PATH: `${directory}/bin:${dirname(process.execPath)}:/usr/bin:/bin` },
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

describe('dead-code and remove-dead-code, by a real knip', () => {
  const knip = () => put('node_modules/.bin/knip', `#!/bin/sh\nexec node ${KNIP} "$@"\n`, 0o755)
  const given = () => {
    put('package.json', '{"name":"x","type":"module","main":"src/index.js"}')
    put('src/index.js', "import { used } from './a.js'\nconsole.log(used)\n")
    put('src/a.js', 'export const used = 1\nexport const unused = 2\n')
    put('src/dead.js', 'export const x = 1\n')
  }
  test('finds what nothing uses, and takes that away', () => {
    knip()
    given()
    expect(findingsIn('shop', 'dead', run('dead-code.mjs', { target: 'shop' }).stdout)).toMatchObject([
      {
        fields: { tool: 'knip' },
        evidence: { files: ['src/dead.js'], exports: ['src/a.js: unused'] },
        magnitude: 2,
      },
    ])
    expect(run('remove-dead-code.mjs', {}).stdout).toBe('what knip finds unused is gone\n')
    expect(existsSync(join(directory, 'src/dead.js'))).toBe(false)
    expect(read('src/a.js')).toBe('export const used = 1\nconst unused = 2\n')
  })
  test('a knip that can’t look is no clean repository; without one there is nothing to find', () => {
    given()
    expect(run('dead-code.mjs', { target: 'shop' })).toMatchObject({ status: 0, stdout: '' })
    knip()
    put('package.json', '{')
    expect(run('dead-code.mjs', { target: 'shop' }).status).toBe(2)
    expect(run('remove-dead-code.mjs', {}).status).toBe(2)
  })
})

describe('duplication', () => {
  /** As jscpd 5.4 writes it. */
  const jscpd = (duplicates: object[]) =>
    put(
      'node_modules/.bin/jscpd',
      `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require('node:fs')
const to = process.argv[process.argv.indexOf('--output') + 1]
mkdirSync(to, { recursive: true })
writeFileSync(to + '/jscpd-report.json', ${JSON.stringify(JSON.stringify({ duplicates, statistics: {} }))})
process.exit(1)
`,
      0o755,
    )
  const part = (name: string, start: number, end: number) => ({ name, start, end })
  test('two files are one finding, the longest first', () => {
    jscpd([
      { firstFile: part('src/b.ts', 1, 30), secondFile: part('src/a.ts', 101, 130) },
      { firstFile: part('src/a.ts', 1, 40), secondFile: part('src/b.ts', 51, 90) },
      { firstFile: part('src/c.ts', 1, 50), secondFile: part('src/c.ts', 61, 110) },
      { firstFile: part('src/d.ts', 1, 5), secondFile: part('src/e.ts', 1, 5) },
    ])
    expect(findingsIn('shop', 'twice', run('duplication.mjs', { target: 'shop' }).stdout)).toMatchObject([
      { fields: { first: 'src/a.ts', second: 'src/b.ts' }, magnitude: 70 },
      { title: 'Say once what src/c.ts says twice', magnitude: 50 },
    ])
  })
  test('a detector that leaves no report could not look', () => {
    put('node_modules/.bin/jscpd', '#!/bin/sh\nexit 0\n', 0o755)
    expect(run('duplication.mjs', { target: 'shop' }).status).toBe(2)
  })
})

describe('missing-index-postgres, by a real auto_explain', () => {
  const brief = { title: 'Slow', evidence: {} }
  /** What the server says of the queries, as its log has it. */
  async function explained(queries: (sql: Sql) => Promise<unknown>): Promise<string> {
    const said: string[] = []
    const sql = postgres({ ...inject('admin'), max: 1, onnotice: ({ message }) => said.push(message!) })
    try {
      await sql.unsafe(`
        load 'auto_explain';
        set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
        set auto_explain.log_format = json; set auto_explain.log_level = notice;
        set max_parallel_workers_per_gather = 0; set enable_indexscan = on;
        create temp table users (id int primary key, email text, age int);
        insert into users select n, 'user' || n || '@example.com', n % 80 from generate_series(1, 5000) n`)
      said.length = 0
      await queries(sql)
    } finally {
      await sql.end()
    }
    return said
      .map((message) => `2026-11-27 11:40:00.000 UTC [7] LOG:  ${message.replaceAll('\n', '\n\t')}\n`)
      .join('')
  }
  const leaves = (log: string) => {
    put('evidence/postgresql.log', log)
    put('migrations/007_users.sql', '')
    return run('missing-index-postgres.mjs', brief, { GRACE_EVIDENCE: join(directory, 'evidence') })
  }
  test('the columns by which a scan reads in vain get an index', async () => {
    const log = await explained(async (sql) => {
      await sql.unsafe("select id from users where email = 'user7@example.com'")
      await sql.unsafe("select id from users where email = 'o''neil = x@example.com'")
    })
    const { status, stdout } = leaves(log)
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^index on users \(email\): 2 slow queries took/),
    ])
    expect(read('migrations/008_index_users_email_idx.sql')).toMatch(
      /^-- 2 slow .*\nCREATE INDEX "users_email_idx" ON "users" \("email"\);\n$/,
    )
    expect(read('migrations/008_index_users_email_idx.down.sql')).toBe('DROP INDEX "users_email_idx";\n')
    expect(leaves(log).stdout).toBe('there is a migration for users_email_idx already\n')
  })
  test('a log as JSON says the same', async () => {
    const log = await explained((sql) =>
      sql.unsafe('select count(*) from users where age = 7 and email = id::text'),
    )
    const plans = await explained((sql) =>
      sql.unsafe("select id from users where email = 'user7@example.com'"),
    )
    const message = plans.slice(plans.indexOf('duration'))
    expect(leaves(`${log}\n${JSON.stringify({ timestamp: 'x', message })}\n{"cut`).stdout).toMatch(
      /^index on users \(email\)/,
    )
  })
  test('no index where most of what is read is wanted, or where the condition is another', async () => {
    const log = await explained(async (sql) => {
      await sql.unsafe('select id from users where age > 3')
      await sql.unsafe("select id from users where lower(email) = 'x'")
      await sql.unsafe("select id from users where email = 'x' or age = 4")
      await sql.unsafe("select id from users where email = 'x' or age > 4")
      await sql.unsafe('select id from users where email = lower(email)')
      await sql.unsafe('select id from users where id = 7')
    })
    expect(leaves(log).stdout).toBe('no slow query that an index would help\n')
    expect(leaves('nothing of it').stdout).toBe('no slow query that an index would help\n')
  })
})
