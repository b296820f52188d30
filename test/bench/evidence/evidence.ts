// npm run bench:evidence [-- --json FILE --sets N --load-sets N --seed N]: how often the measuring is wrong, and how much it sees. Sets of
// processes are measured for real, on this machine and now; comparisons are drawn from them, so those of one function are
// not independent of each other: --sets is how many independent ones each rests on.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import { seeded } from '../../../src/sandbox/order.ts'
import { openLab } from '../../support/sandbox.ts'
import { BENCH_PLAN, type Judgement, judgeBench, judgeLoad, LOAD_PLAN } from './judge.ts'
import { FUNCTIONS, measureLoad, measureRounds } from './measure.ts'
import { startCost, testsCost } from './overhead.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    sets: { type: 'string', default: '40' },
    'load-sets': { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const sets = Number(values.sets)
const loadSets = Number(values['load-sets'])
for (const [name, given, least] of [
  ['--sets', sets, BENCH_PLAN.planned],
  ['--load-sets', loadSets, LOAD_PLAN.planned],
] as const)
  if (!Number.isInteger(given) || given < least) {
    process.stderr.write(`${name} takes a whole number from ${least}: so many does one comparison plan.\n`)
    process.exit(1)
  }
const random = seeded(Number(values.seed))
/** The largest first: a shift shows there. */
const EFFECTS = [20, 10, 0, 5, 2]
const LOAD_EFFECTS = [0, 10]
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

const intervals: { readonly effect: number; readonly inside: boolean }[] = []
const progressOf = (what: string) => (done: number) =>
  void process.stderr.write(`\r${what}: ${Math.round(done * 100)} % measured${done === 1 ? '\n' : ' '}`)
const draw = async (judge: () => Promise<Judgement>, times: number): Promise<Judgement[]> => {
  const drawn: Judgement[] = []
  for (let i = 0; i < times; i++) drawn.push(await judge())
  return drawn
}
const sayAlarms = (id: string, judged: readonly Judgement[], aim: number | undefined): void => {
  const of = judged.length
  const alarms = judged.filter(({ verdict }) => verdict === 'better' || verdict === 'worse').length
  const upper = alarms === of ? 1 : betaQuantile(0.95, alarms + 1, of - alarms)
  say({
    id,
    value: upper * 100,
    unit: `%, upper 95 % bound (${alarms} seen)`,
    aim: aim === undefined ? 'none' : `≤ ${aim} %`,
    ok: aim === undefined || upper * 100 <= aim,
    of,
  })
}
const sayPower = (id: string, judged: readonly Judgement[], seconds: number, aimed: boolean): void => {
  const of = judged.length
  const seen = judged.filter(({ interval }) => interval !== null && interval[1] < 0).length / of
  const rounds = judged.reduce((sum, one) => sum + one.rounds, 0) / of
  say({
    id,
    value: seen * 100,
    unit: `%, in ${(rounds * seconds).toFixed(0)} s (${rounds.toFixed(1)} rounds)`,
    aim: aimed ? '≥ 90 %' : 'none',
    ok: !aimed || seen >= 0.9,
    of,
  })
}

for (const effect of EFFECTS) {
  const begun = performance.now()
  const rounds = await measureRounds(lab, effect, sets, random, progressOf(`bench +${effect} %`))
  const seconds = (performance.now() - begun) / 1000 / sets / FUNCTIONS.length
  const judged = (
    await Promise.all(FUNCTIONS.map((name) => draw(() => judgeBench(rounds, name, random), PER_FUNCTION)))
  ).flat()
  for (const { interval } of judged)
    if (interval) intervals.push({ effect, inside: interval[0] <= -effect && -effect <= interval[1] })
  if (effect === 0) sayAlarms('alarms-on-identical-code', judged, 2)
  else sayPower(`power-bench-${effect}`, judged, seconds, effect >= 5)
}
for (const effect of LOAD_EFFECTS) {
  const begun = performance.now()
  const measured = await measureLoad(lab, effect, loadSets, random, progressOf(`load +${effect} %`))
  const seconds = (performance.now() - begun) / 1000 / loadSets
  const judged = await draw(() => judgeLoad(measured, random), PER_FUNCTION)
  if (effect === 0) sayAlarms('alarms-on-an-identical-service', judged, undefined)
  else sayPower(`power-cpu-per-request-${effect}`, judged, seconds, effect >= 10)
}
const sayTruth = (id: string, of: typeof intervals, isAimed: boolean): void => {
  const share = of.filter(({ inside }) => inside).length / of.length
  say({
    id,
    value: share * 100,
    unit: '%',
    aim: isAimed ? '93–97 %' : 'none',
    ok: !isAimed || (share >= 0.93 && share <= 0.97),
    of: of.length,
  })
}
// By itself an effect says where a shift is; those of one function share their sets, so a few per cent are chance.
for (const effect of EFFECTS)
  sayTruth(
    `truth-inside-${effect}`,
    intervals.filter((one) => one.effect === effect),
    false,
  )
sayTruth('truth-inside-the-interval', intervals, true)
lab.close()
if (values.json) writeFileSync(values.json, `${JSON.stringify({ sets, rows }, null, 2)}\n`)
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
