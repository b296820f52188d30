// npm run bench:evidence [-- --json FILE --sets N --seed N]: how often the measuring is wrong, and how much it sees. Sets of
// processes are measured for real, on this machine and now; comparisons are drawn from them, so those of one function are
// not independent of each other: --sets is how many independent ones each rests on.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import { seeded } from '../../../src/sandbox/order.ts'
import type { BenchRound } from '../../../src/trust/measurements.ts'
import { openLab } from '../../support/sandbox.ts'
import { type Judgement, judge } from './judge.ts'
import { FUNCTIONS, measureRounds } from './measure.ts'
import { startCost, testsCost } from './overhead.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    sets: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
})
const sets = Number(values.sets)
const random = seeded(Number(values.seed))
const EFFECTS = [0, 2, 5, 10, 20]
const PER_FUNCTION = 130

interface Row {
  readonly id: string
  readonly value: number
  readonly unit: string
  readonly aim: string
  readonly ok: boolean
  readonly of?: number
}
const rows: Row[] = []
const say = (row: Row): void => {
  rows.push(row)
  process.stdout.write(
    `${row.ok ? 'ok    ' : 'beyond'} ${row.id}: ${row.value.toFixed(3)} ${row.unit} (aim ${row.aim})${row.of ? `, of ${row.of}` : ''}\n`,
  )
}

const lab = await openLab()
if (!lab.containment.ok) {
  process.stderr.write(`Nothing is measured here: ${lab.containment.why}.\n`)
  process.exit(1)
}
for (const [id, cost, aim] of [
  ['sandbox-start', startCost, 1.2],
  ['tests-inside', testsCost, 1.05],
] as const) {
  const { value, reference } = await cost(lab, id === 'tests-inside' ? 11 : 41, random)
  const ratio = value / reference
  say({
    id,
    value: ratio,
    unit: `× (${value.toFixed(0)} ms, ${reference.toFixed(0)} ms)`,
    aim: `×${aim}`,
    ok: ratio <= aim,
  })
}

const intervals: { inside: boolean }[] = []
const noted = (of: readonly Judgement[], truth: number): void => {
  for (const { interval } of of)
    if (interval) intervals.push({ inside: interval[0] <= truth && truth <= interval[1] })
}
const draw = async (rounds: readonly BenchRound[]): Promise<Judgement[]> => {
  const drawn: Judgement[] = []
  for (const name of FUNCTIONS)
    for (let i = 0; i < PER_FUNCTION; i++) drawn.push(await judge(rounds, name, random))
  return drawn
}

for (const effect of EFFECTS) {
  const begun = performance.now()
  const rounds = await measureRounds(lab, effect, sets, random, (done) =>
    process.stderr.write(`\r+${effect} %: ${Math.round(done * 100)} % measured `),
  )
  process.stderr.write('\n')
  const perComparison = (performance.now() - begun) / 1000 / sets / FUNCTIONS.length
  const judged = await draw(rounds)
  noted(judged, -effect)
  const of = judged.length
  if (effect === 0) {
    const alarms = judged.filter(({ verdict }) => verdict === 'better' || verdict === 'worse').length
    const upper = alarms === of ? 1 : betaQuantile(0.95, alarms + 1, of - alarms)
    say({
      id: 'alarms-on-identical-code',
      value: upper * 100,
      unit: `%, upper 95 % bound (${alarms} seen)`,
      aim: '≤ 2 %',
      ok: upper <= 0.02,
      of,
    })
    continue
  }
  const seen = judged.filter(({ interval }) => interval !== null && interval[1] < 0).length / of
  const seconds = (judged.reduce((sum, one) => sum + one.rounds, 0) / of) * perComparison
  say({
    id: `power-${effect}`,
    value: seen * 100,
    unit: `%, in ${seconds.toFixed(0)} s per function`,
    aim: effect >= 5 ? '≥ 90 %' : 'none',
    ok: effect < 5 || seen >= 0.9,
    of,
  })
}
const share = intervals.filter(({ inside }) => inside).length / intervals.length
say({
  id: 'truth-inside-the-interval',
  value: share * 100,
  unit: '%',
  aim: '93–97 %',
  ok: share >= 0.93 && share <= 0.97,
  of: intervals.length,
})
lab.close()
if (values.json) writeFileSync(values.json, `${JSON.stringify({ sets, rows }, null, 2)}\n`)
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
