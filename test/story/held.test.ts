// Changes that must not unlock, each with the sentence that says why. Nothing of them goes live: they share a Grace.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bot, BROKEN, LIBRARY, openBot } from '../support/bot.ts'

async function endOf(bot: Bot): Promise<void> {
  expect(await bot.ledgerIsWhole(), 'the ledger is whole').toBe(true)
  await bot.close()
}

describe('a change that is held', () => {
  let bot: Bot
  beforeAll(async () => {
    bot = await openBot()
  })
  afterAll(() => endOf(bot))

  test.each([
    [
      'deletes a test',
      "diff --git a/test/sums.test.mjs b/test/sums.test.mjs\n--- a/test/sums.test.mjs\n+++ b/test/sums.test.mjs\n@@ -3,3 +3,2 @@\n import { add, mean } from '../src/sums.mjs'\n test('adds', () => assert.equal(add(1, 2), 3))\n-test('means', () => assert.equal(mean([1, 2, 3]), 2))\n",
      /"means" ran on the baseline and does not run on the candidate/,
    ],
    [
      'skips a test',
      "diff --git a/test/sums.test.mjs b/test/sums.test.mjs\n--- a/test/sums.test.mjs\n+++ b/test/sums.test.mjs\n@@ -5,1 +5,1 @@\n-test('means', () => assert.equal(mean([1, 2, 3]), 2))\n+test.skip('means', () => assert.equal(mean([1, 2, 3]), 2))\n",
      /skipped or singled out/,
    ],
    [
      'breaks the code and lets the test expect that',
      `${BROKEN}diff --git a/test/sums.test.mjs b/test/sums.test.mjs
--- a/test/sums.test.mjs
+++ b/test/sums.test.mjs
@@ -5,1 +5,1 @@
-test('means', () => assert.equal(mean([1, 2, 3]), 2))
+test('means', () => assert.equal(mean([1, 2, 3]), 3))
`,
      /"means" as it stands today fails on the candidate, which changes that test/,
    ],
    [
      'adds what no test runs',
      'diff --git a/src/extra.mjs b/src/extra.mjs\nnew file mode 100644\n--- /dev/null\n+++ b/src/extra.mjs\n@@ -0,0 +1,2 @@\n+export const twice = (a) => a * 2\n+export const thrice = (a) => a * 3\n',
      /No test executes any of the 2 changed lines/,
    ],
    [
      'does not even start its tests',
      'diff --git a/reports b/reports\nnew file mode 100644\n--- /dev/null\n+++ b/reports\n@@ -0,0 +1 @@\n+in the way\n',
      /Error rate was measured on the baseline and not on the candidate/,
    ],
  ])('%s: held', async (_what, patch, sentence) => {
    const id = await bot.proposes({ patch })
    await bot.works()
    const card = await bot.card(id)
    expect(
      card.holds.some((hold) => sentence.test(hold)),
      card.holds.join('\n'),
    ).toBe(true)
    expect(Number.parseFloat(card.trust!.shown)).toBeLessThanOrEqual(90)
  })

  test('a claim of one test leaves no room to change what another one demands', async () => {
    const id = await bot.proposes({
      patch: `diff --git a/src/sums.mjs b/src/sums.mjs
--- a/src/sums.mjs
+++ b/src/sums.mjs
@@ -1,2 +1,2 @@
-export const add = (a, b) => a + b
-export const mean = (xs) => xs.reduce(add, 0) / xs.length
+export const add = (a, b) => Number(a) + Number(b)
+export const mean = (xs) => 1 + xs.reduce(add, 0) / xs.length
diff --git a/test/sums.test.mjs b/test/sums.test.mjs
--- a/test/sums.test.mjs
+++ b/test/sums.test.mjs
@@ -5,1 +5,2 @@
-test('means', () => assert.equal(mean([1, 2, 3]), 2))
+test('means', () => assert.equal(mean([1, 2, 3]), 3))
+test('adds words', () => assert.equal(add('1', '2'), 3))
`,
      claims: [{ kind: 'tests', names: ['adds words'] }],
    })
    await bot.works()
    expect((await bot.card(id)).holds).toEqual([
      expect.stringMatching(/"means" as it stands today fails on the candidate, which changes that test/),
    ])
  })

  test('a claim that is not reached holds, and says so', async () => {
    const id = await bot.proposes({ claims: [{ kind: 'kpi', kpi: 'test_coverage', atLeast: 5 }] })
    await bot.works()
    expect((await bot.card(id)).holds).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /Test coverage was claimed to get better by at least 5 points; measured, it is 0 points/,
        ),
      ]),
    )
  })
})

describe('coverage that is claimed', () => {
  const head = [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { larger, sign } from '../src/more.mjs'",
    "test('is there', () => assert.ok(larger && sign))",
  ]
  const files = {
    ...LIBRARY,
    'src/more.mjs':
      'export const larger = (a, b) => {\n  if (a > b) return a\n  return b\n}\nexport const sign = (x) => {\n  if (x === 0) return 0\n  return x < 0 ? -1 : 1\n}\n',
    'test/more.test.mjs': `${head.join('\n')}\n`,
  }
  const withTests = (...lines: string[]) => `diff --git a/test/more.test.mjs b/test/more.test.mjs
--- a/test/more.test.mjs
+++ b/test/more.test.mjs
@@ -1,4 +1,${head.length + lines.length} @@
${head.map((line) => ` ${line}`).join('\n')}
${lines.map((line) => `+${line}`).join('\n')}
`
  let bot: Bot
  beforeAll(async () => {
    bot = await openBot({ files })
  })
  afterAll(() => endOf(bot))

  test.each([
    [
      'by tests that demand something',
      [
        "test('larger', () => assert.deepEqual([larger(1, 2), larger(2, 1)], [2, 2]))",
        "test('sign', () => assert.deepEqual([sign(0), sign(-3), sign(3)], [0, -1, 1]))",
      ],
      [],
    ],
    [
      'by tests that only run it',
      [
        "test('larger', () => { larger(1, 2); larger(2, 1); assert.ok(true) })",
        "test('sign', () => { sign(0); sign(-3); sign(3); assert.ok(true) })",
      ],
      [expect.stringMatching(/Test coverage was claimed to get better by at least 10 points/)],
    ],
  ])('%s', async (_how, tests, holds) => {
    const id = await bot.proposes({
      patch: withTests(...tests),
      claims: [{ kind: 'kpi', kpi: 'test_coverage', atLeast: 10 }],
    })
    await bot.works()
    const card = await bot.card(id)
    expect(card.holds.slice(0, 1)).toEqual(holds)
    expect(card.kpis.find(({ kpi }) => kpi === 'test_coverage')!.note).toMatch(
      holds.length > 0 ? /tests noticed 0/ : /of (\d+) newly executed .* tests noticed \1$/,
    )
  })
})
