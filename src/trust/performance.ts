// CPU: per operation of the bench, per request of the service, or (as a guardrail only) of the test suite.
import type { BySide, LoadSet, Measurements, RunCost, Side } from './measurements.ts'
import { type Finding, lost, NO_DATA_BEYOND, paired, type Row, sidesOf } from './row.ts'
import { hodgesLehmann } from './statistics.ts'

/** `claimed`: the test suite guards, it never proves a claim. */
export function performance(m: Measurements, margin: number, claimed: boolean): Row {
  const limit = NO_DATA_BEYOND.performance_improvement
  const lostWhy = m.lost.bench ?? m.lost.load
  if (lostWhy) return lost(lostWhy)
  // Where the target has a bench and a service, the one that came out worse speaks; noise in one does not silence the other.
  const rows = [
    ...(m.bench.length > 0 ? [bench(m, margin, limit)] : []),
    ...(m.load.length > 0 ? [service(m, margin, limit)] : []),
  ]
  const measured = rows.filter((row) => !('noData' in row)) as Finding[]
  if (measured.length > 0) return worst(measured)
  if (rows.length > 0) return rows[0]!
  if (claimed)
    return {
      noData: 'a claim needs a bench or a service; the test suite only guards',
      baselineMeasured: false,
    }
  return suite(m, (cost) => cost.cpuMs, margin, limit, 'CPU time of the test suite (guards only)')
}

const worst = (rows: readonly Finding[]): Finding =>
  rows.reduce((low, row) => (row.interval.lower < low.interval.lower ? row : low))

function service(m: Measurements, margin: number, limit: number): Row {
  const ratio = (set: LoadSet, side: Side): number =>
    hodgesLehmann(
      set.sides[side].cpuPerRequest.map((x, i) =>
        Math.log(x / (set.sides.baseline.cpuPerRequest[i] ?? Number.NaN)),
      ),
    )
  return paired(
    m.load.map((set) => ratio(set, 'candidate')),
    m.load.map((set) => ratio(set, 'control')),
    m.confidence,
    margin,
    limit,
    'CPU time per request of the service',
  )
}

/** The metric of the bench that came out worst. */
function bench(m: Measurements, margin: number, limit: number): Row {
  const names = m.bench[0]?.metrics.map((metric) => metric.metric) ?? []
  const rows = names.map((name): Row => {
    const rounds = m.bench.map((round) => round.metrics.find((x) => x.metric === name))
    const has = (side: Side) => rounds.every((x) => typeof x?.values[side] === 'number' && x.values[side] > 0)
    if (!has('candidate') || !has('baseline') || !has('control'))
      return { noData: `the bench gave no "${name}" on every run`, baselineMeasured: has('baseline') }
    const higher = rounds[0]?.better === 'higher'
    const values = rounds.map((x) => x!.values as BySide<number>)
    const { effect, control } = sidesOf(
      higher
        ? values.map((v) => ({
            baseline: 1 / v.baseline,
            control: 1 / v.control,
            candidate: 1 / v.candidate,
          }))
        : values,
    )
    const note = `bench "${name}" (${rounds[0]?.unit ?? ''})${m.benchBrought ? `, which comes with the change (${m.benchBrought})` : ''}`
    return paired(effect, control, m.confidence, margin, limit, note)
  })
  const unmeasured = rows.find((row) => 'noData' in row)
  if (unmeasured) return unmeasured
  return worst(rows as Finding[])
}

export function suite(
  m: Measurements,
  of: (cost: RunCost) => number,
  margin: number,
  limit: number,
  note: string,
): Row {
  const cost = m.tests?.cost ?? []
  if (cost.length < 2)
    return { noData: 'there is no bench, no service and no repeated test run', baselineMeasured: false }
  const { effect, control } = sidesOf(
    cost.map((round) => ({
      baseline: of(round.baseline),
      control: of(round.control),
      candidate: of(round.candidate),
    })),
  )
  return paired(effect, control, m.confidence, margin, limit, note)
}
