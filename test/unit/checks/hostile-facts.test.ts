// Facts, diffs and lock files that nobody would write: no crash, no limit of time, and nothing passes by an error.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDiff } from '../../../src/candidate/diff.ts'
import { ask } from '../../../src/checks/ask.ts'
import { CONSTITUTION } from '../../../src/constitution/index.ts'
import { GOVERNANCE } from '../../../src/governance/index.ts'
import { scanFile } from '../../../src/hunter/scan.ts'
import { ALL_CHECKS } from '../../../src/mission/assess.ts'
import { HARMLESS } from '../../../src/policies/cases.ts'
import { decide, openPolicies } from '../../../src/policies/engine.ts'
import { GOVERNANCE_CHECKS } from '../../../src/policies/schema.ts'
import { change } from '../../support/changes.ts'
import { facts } from '../../support/facts.ts'
import { runs } from '../../support/runs.ts'

const text = fc.string({ unit: 'binary', maxLength: 200 })
const path = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    'package-lock.json',
    'requirements.txt',
    'a.mjs',
    'a.py',
    'x.sql',
    '__proto__',
    'constructor.js',
  ),
)

test('any change of any files gets seventeen answers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(path, text, text), { maxLength: 4 }),
      text,
      async (files, rationale) => {
        const given = facts({
          changes: files.map(([name, added, removed]) => change(name, added, removed)),
          after: Object.fromEntries(files.map(([name, added]) => [name, added])),
          mission: { rationale },
        })
        const answers = await ask(ALL_CHECKS, given)
        expect(answers).toHaveLength(17)
        for (const { reason } of answers) expect(reason).not.toBe('')
      },
    ),
    runs(100),
  )
})

test('a number that is none, or no whole one, decides nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        Number.NaN,
        Number.POSITIVE_INFINITY,
        0.5,
        -0.1,
        2 ** 70,
        '5' as unknown as number,
        null as unknown as number,
      ),
      async (wrong) => {
        const [answer] = await ask(
          GOVERNANCE.filter(({ id }) => id === 'resource_limits'),
          facts({ target: { openMissions: wrong } }),
        )
        expect(answer!.verdict).not.toBe('pass')
      },
    ),
  )
})

test('facts of another form are never allowed', () => {
  const policies = openPolicies('')
  const value = fc.oneof(
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.anything()),
    fc.object(),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...GOVERNANCE_CHECKS),
      fc.nat(20),
      value,
      fc.boolean(),
      (check, i, wrong, drop) => {
        const harmless = HARMLESS[check]
        const names = Object.keys(harmless)
        const name = names[i % names.length]!
        const { [name]: was, ...rest } = harmless
        const sameForm =
          typeof wrong === typeof was &&
          (typeof was !== 'number' || Number.isInteger(wrong)) &&
          (!Array.isArray(was) || (Array.isArray(wrong) && wrong.every((one) => typeof one === 'string')))
        fc.pre(drop || !sameForm)
        expect(() =>
          decide(policies, {
            check,
            principal: { kind: 'member', id: 'ada' },
            target: 'shop',
            facts: (drop ? rest : { ...rest, [name]: wrong }) as typeof harmless,
          }),
        ).toThrow()
      },
    ),
    runs(300),
  )
})

test('a harmless change is allowed by each of the five', () => {
  for (const check of GOVERNANCE_CHECKS)
    expect(
      decide(openPolicies(''), {
        check,
        principal: { kind: 'member', id: 'ada' },
        target: 'shop',
        facts: HARMLESS[check],
      }).verdict,
      check,
    ).toBe('allow')
})

test('a lock file that was tampered with anywhere is found, or was not read', async () => {
  const of = (version: string) =>
    JSON.stringify(
      {
        lockfileVersion: 3,
        packages: Object.fromEntries(
          ['left', 'right'].map((name) => [
            `node_modules/${name}`,
            {
              version,
              resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`,
              integrity: `sha512-${name}${version}`,
            },
          ]),
        ),
      },
      null,
      1,
    )
  const [before, after] = [of('1.0.0'), of('2.0.0')]
  await fc.assert(
    fc.asyncProperty(
      fc.nat(after.length - 1),
      fc.string({ maxLength: 3 }),
      fc.nat(3),
      async (at, put, take) => {
        const mutated = after.slice(0, at) + put + after.slice(at + take)
        const scan = await scanFile({
          path: 'package-lock.json',
          before,
          after: mutated,
          added: mutated.split('\n').map((line, i) => ({ number: i + 1, text: line })),
          removed: [],
        })
        expect(Array.isArray(scan.added)).toBe(true)
      },
    ),
    runs(200),
  )
})

test('what is no diff is read as one or refused, never half', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((t) => `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n${t}`),
      ),
      (patch) => {
        try {
          expect(Array.isArray(readDiff(patch))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      },
    ),
    runs(500),
  )
})

test('lines that patterns would take for ever with take no time', async () => {
  const long = 200_000
  for (const line of [
    `telemetry: ${' '.repeat(long)}x`,
    'push '.repeat(long / 5),
    'GRANT a, '.repeat(long / 9),
    `GRANT${' '.repeat(990)}`,
    '_'.repeat(990),
    `${'_'.repeat(long)}gender`,
    'https://'.repeat(long / 8),
    `https://${'a.'.repeat(long / 2)}`,
    `console.log(${'a '.repeat(long / 2)}`,
    'chmod -R '.repeat(long / 9),
    '1 '.repeat(long / 2),
    'a.b@'.repeat(long / 4),
  ]) {
    const changes = [
      change('src/a.mjs', `/* ${line} */`),
      change('src/b.sql', line),
      change('Dockerfile', line),
    ]
    // Hunter reads in a process of its own that is ended where it takes too long.
    const hunter = async () => ({ added: [], removed: [], unread: [] })
    const answers = await ask(CONSTITUTION, { ...facts({ changes, after: { 'src/a.mjs': '' } }), hunter })
    expect(answers).toHaveLength(7)
  }
})
