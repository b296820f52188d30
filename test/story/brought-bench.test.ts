// A change that brings the bench that shows its claim, to a target that has none.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Claim } from '../../src/trust/claim.ts'
import { type Bot, LIBRARY, openBot, STEADY_BENCH } from '../support/bot.ts'

const BENCH = 'bench/sum.mjs'
const SLOW = 'export const sumTo = (n) => { let s = 0; for (let i = 1; i <= n; i++) s += i; return s }'
const FILES = {
  ...LIBRARY,
  'src/sum-to.mjs': `${SLOW}\n`,
  'test/sum-to.test.mjs':
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { sumTo } from '../src/sum-to.mjs'\ntest('sums up', () => assert.equal(sumTo(100), 5050))\n",
}
const added = (path: string, line: string) =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,2 @@\n+import { sumTo } from '../src/sum-to.mjs'\n+${line}\n`
const better = (formula: string) =>
  `diff --git a/src/sum-to.mjs b/src/sum-to.mjs\n--- a/src/sum-to.mjs\n+++ b/src/sum-to.mjs\n@@ -1 +1 @@\n-${SLOW}\n+export const sumTo = (n) => ${formula}\n`
const claim = (atLeast: number, bench = BENCH, kpi = 'performance_improvement' as const): Claim[] => [
  { kind: 'kpi', kpi, atLeast, bench },
]

let bot: Bot
beforeAll(async () => {
  bot = await openBot({ files: FILES, target: { bench: undefined } })
}, 60_000)
afterAll(() => bot.close())

test('runs on today’s code too, and every surface says whose it is', async () => {
  const id = await bot.proposes({
    patch: better('(n * (n + 1)) / 2') + added(BENCH, 'export const sums = () => sumTo(20_000)'),
    claims: claim(20),
  })
  await bot.works()
  const card = await bot.card(id)
  expect(card.why).toContain(`What it claims is measured by ${BENCH}, a bench that comes with the change.`)
  const row = card.kpis.find(({ kpi }) => kpi === 'performance_improvement')!
  expect(row).toMatchObject({ verdict: 'better', claimed: 'at least 20 %' })
  expect(row.note).toContain(`which comes with the change (${BENCH})`)
  expect(card.holds.filter((hold) => !/memory/i.test(hold))).toEqual([])
  expect(bot.git('git ls-tree -r --name-only main')).not.toContain(BENCH)
})

test('a program that knows the bench’s input is held, as with any other bench', async () => {
  const id = await bot.proposes({
    patch:
      better('n === 48271 ? tooFast() : ((n + 1) * n) / 2') +
      added(BENCH, 'export const sums = () => sumTo(48271)'),
    claims: claim(20),
  })
  await bot.works()
  expect((await bot.card(id)).holds.join()).toMatch(
    /src\/sum-to\.mjs:1 knows an input of the bench \("48271"\)/,
  )
})

test('one that today’s code can’t run measures nothing: the mission waits for a better change', async () => {
  const patch = added(BENCH, 'export const sums = () => sumTo.all(3)')
  const id = await bot.proposes({ patch, claims: claim(20) })
  await bot.works()
  expect((await bot.card(id)).state).toMatch(
    /does not work on today's code: "sums": sumTo\.all is not a function/,
  )
})

describe('is refused before there is a mission', () => {
  test.each([
    ['for another KPI than it shows', claim(5, BENCH, 'latency_improvement' as never), 'bench_measures_cpu'],
    ['outside of the repository', claim(5, '../bench.mjs'), 'bench_path'],
    ['that is no module', claim(5, 'bench/run.sh'), 'bench_path'],
    ['that is not in the change', claim(5, 'bench/none.mjs'), 'bench_missing'],
  ])('%s', async (_what, claims, code) => {
    await expect(bot.proposes({ claims })).rejects.toMatchObject({ code })
  })
})

test('a target’s own bench goes before it', async () => {
  const own = await openBot({ target: { bench: STEADY_BENCH } })
  try {
    await expect(own.proposes({ claims: claim(5) })).rejects.toMatchObject({ code: 'bench_is_there' })
  } finally {
    await own.close()
  }
})
