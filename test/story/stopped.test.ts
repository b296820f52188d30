// Real patches against the demo's own service, measured in the sandbox as any other: each is stopped by the check that it
// is about, and every other check that it does not touch passes. What no patch can violate is not here.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stands } from '../../src/trust/trust.ts'
import { type Bot, openBot } from '../support/bot.ts'

const SERVICE = new URL('../../demo/service/', import.meta.url).pathname
const files = Object.fromEntries(
  readdirSync(SERVICE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(SERVICE.length), readFileSync(path, 'utf8')]
    }),
)

const SETUP = {
  files,
  members: ['ada', 'ben', 'cem'],
  policy: { max_open_missions: 50, max_open_missions_of_proposer: 50 },
  target: { bench: undefined },
}

let bot: Bot
beforeAll(async () => {
  bot = await openBot(SETUP)
}, 60_000)
afterAll(() => bot.close())

const adds = (path: string, ...lines: string[]): string =>
  [
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n')

/** Put together here, so that no scanner takes this file for one that holds it. */
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')
const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    'node_modules/left': { version: '1.0.0', resolved: 'https://npm.evil.example/left.tgz', license: 'MIT' },
  },
})

/** `also`: checks that look at the same thing and have to stop it, too. */
const PATCHES: readonly [check: string, what: string, patch: string, also?: readonly string[]][] = [
  ['policy_compliance', 'a path that missions may not touch', adds('.env.local', 'PORT=8080')],
  [
    'approval_requirements',
    'critical risk, and nobody who answers for it may approve',
    adds('src/auth/login.js', 'export const login = (name) => name') +
      adds('deploy/service.yaml', 'replicas: 2') +
      adds('migrations/009_more.sql', 'CREATE INDEX more ON users (id);') +
      adds('migrations/009_more.down.sql', 'DROP INDEX more;'),
  ],
  [
    'autonomy',
    'telemetry that is on from the beginning',
    adds('src/settings.js', 'export const settings = {', '  telemetry: true,', '}'),
  ],
  [
    'law_and_ethics',
    'a licence of somebody else',
    adds('src/vendor.js', '// SPDX-License-Identifier: GPL-3.0-only', 'export const vendor = 1'),
  ],
  ['transparency', 'permissions that nobody spoke of', adds('Containerfile', 'FROM node', 'USER root')],
  [
    'fairness',
    'a decision by religion',
    adds('src/offer.js', 'export const offer = (user) => (user.religion === 1 ? 1 : 2)'),
  ],
  [
    'privacy',
    'an address in the log',
    adds('src/audit.js', 'export const audit = (user) => console.log(user.email)'),
  ],
  [
    'safety',
    'a table that is dropped',
    adds('src/reset.js', "export const reset = (db) => db.exec('DROP TABLE users')"),
  ],
  ['security_scan', 'a token', adds('src/push.js', `export const token = '${TOKEN}'`)],
  ['no_malicious_code', 'text that is decoded and run', adds('src/boot.js', "eval(atob('YWxlcnQoMSk='))")],
  [
    'no_vulnerabilities',
    'a dependency from a host that is no registry',
    adds('package-lock.json', LOCK),
    ['safety'],
  ],
]

/** Of a fail and of a question to people: voted for by all, they stay where they are. */
const VOTED_FOR = new Set(['policy_compliance', 'fairness'])

test.each(PATCHES)('%s: %s', async (check, _what, patch, also = []) => {
  if (check === 'approval_requirements')
    await bot.restartsWith({ ...SETUP, target: { ...SETUP.target, owners: ['ada'] } })
  const id = await bot.proposes(
    {
      title: 'A dependency, a migration and an index',
      rationale: 'So that people see what stops it',
      patch,
    },
    check === 'approval_requirements' ? 'ada' : undefined,
  )
  await bot.works()
  const { measured, mission } = await bot.story(id)
  const stopping = measured!.checks.filter(({ verdict }) => !stands(verdict)).map((one) => one.id)
  expect(
    stopping.toSorted(),
    JSON.stringify(measured!.checks.filter(({ verdict }) => !stands(verdict)).map((one) => one.reason)),
  ).toEqual([check, ...also].toSorted())
  if (mission.phase !== 'discussion' || !VOTED_FOR.has(check)) return
  for (const who of ['ada', 'ben', 'cem']) await bot.votes(id, who, 'approve')
  await bot.works()
  expect(['consensus', 'sandbox_testing', 'discussion']).toContain((await bot.story(id)).mission.phase)
  expect(bot.live()).toBeUndefined()
})
