// A package of a larger repository, which has to be built: paths of its reports are from its own directory, those of a
// change from the root.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bot, LIBRARY, openBot, TEST_COMMAND } from '../support/bot.ts'

const AT = 'packages/sums'
const LINT = `import { readFileSync, writeFileSync } from 'node:fs'
const long = readFileSync('src/sums.mjs', 'utf8').split('\\n').findIndex((line) => line.includes('debug'))
writeFileSync('reports/lint.json', JSON.stringify([{ filePath: process.cwd() + '/src/sums.mjs', errorCount: long < 0 ? 0 : 1, warningCount: 0, messages: long < 0 ? [] : [{ ruleId: 'no-debug', severity: 2, line: long + 1 }] }]))
`
const patchOf = (line: string) => `diff --git a/${AT}/src/sums.mjs b/${AT}/src/sums.mjs
--- a/${AT}/src/sums.mjs
+++ b/${AT}/src/sums.mjs
@@ -1,2 +1,2 @@
 export const add = (a, b) => a + b
-export const mean = (xs) => xs.reduce(add, 0) / xs.length
+${line}
`

let bot: Bot
beforeAll(async () => {
  const own = Object.fromEntries(Object.entries(LIBRARY).map(([path, text]) => [`${AT}/${path}`, text]))
  bot = await openBot({
    files: {
      ...own,
      'package.json': '{"name":"all","private":true}',
      [`${AT}/.gitignore`]: 'reports/\ndist/\n',
      [`${AT}/lint.mjs`]: LINT,
      [`${AT}/bench/mean.mjs`]:
        "import { mean } from '../dist/sums.mjs'\nconst xs = Array.from({ length: 500 }, (_, i) => i)\nexport const means = () => mean(xs)\n",
    },
    target: {
      directory: AT,
      build: 'node --check src/sums.mjs && mkdir -p dist && cp src/sums.mjs dist/',
      test: { command: TEST_COMMAND, report: 'reports/junit.xml', coverage: 'reports/lcov.info' },
      lint: { command: 'mkdir -p reports && node lint.mjs', report: 'reports/lint.json' },
      scanners: [{ name: 'own', command: 'mkdir -p reports && node lint.mjs', report: 'reports/lint.json' }],
      bench: { module: 'bench/mean.mjs', slices: 10, rounds: 2, max_rounds: 2 },
    },
  })
}, 60_000)
afterAll(() => bot.close())

test('is built, tested, linted, covered and benched where it is', async () => {
  const id = await bot.proposes({
    patch: patchOf('export const mean = (xs) => (xs.length === 0 ? 0 : xs.reduce(add, 0) / xs.length)'),
  })
  await bot.works()
  const card = await bot.card(id)
  expect(card.tests).toEqual({ passed: 2, failed: 0 })
  // How noisy two short rounds are is not what this is about.
  expect(card.holds.filter((hold) => !/performance|memory/i.test(hold))).toEqual([])
  const note = (kpi: string) => card.kpis.find((row) => row.kpi === kpi)!.note
  expect(note('performance_improvement')).toContain('bench "means"')
  const { body } = (await bot.story(id)).measured!.evidence
  // Its changed line is known to be executed, by its path from the root.
  expect(body).toMatchObject({ executed: { executable: 1, executed: 1 } })
})

test('findings of its linters count on the lines that the change adds, errors of its scanners stop it', async () => {
  const id = await bot.proposes({
    patch: patchOf('export const mean = (xs) => xs.reduce(add, 0) / xs.length // debug'),
  })
  await bot.works()
  const { body } = (await bot.story(id)).measured!.evidence
  expect(body).toMatchObject({ measurements: { quality: { baseline: 100, candidate: expect.any(Number) } } })
  expect(
    (body as { measurements: { quality: { candidate: number } } }).measurements.quality.candidate,
  ).toBeLessThan(100)
  expect((await bot.card(id)).checks.find((check) => check.title === 'Security scan')).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/no-debug \(own\) \(packages\/sums\/src\/sums\.mjs:2\)/),
  })
})

test('a change that can’t be built fails its tests, and is held', async () => {
  const id = await bot.proposes({ patch: patchOf('export const mean = (xs) => {') })
  await bot.works()
  const card = await bot.card(id)
  expect(card.trust?.reached).toBe(false)
  expect(card.holds.join('\n')).toMatch(
    /was measured on (?:the baseline|today’s code) and not on the candidate/,
  )
})
