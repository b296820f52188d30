// From measurements to the KPI report: DESIGN.md's table, row by row.
import type { Claim } from './claim.ts'
import { KPIS, type Kpi, type KpiResult, thousandthsDown, thousandthsUp } from './kpi.ts'
import type { BySide, LoadSet, Measurements, RunCost, Side } from './measurements.ts'
import {
  hodgesLehmann,
  type Interval,
  intervalPercentLess,
  meanInterval,
  median,
  pairedPoints,
  percentLess,
  resolvable,
} from './statistics.ts'
import { failShare } from './tests.ts'

/** The loss nobody would mind, per KPI, in its unit; a target may tighten them. */
export interface Margins {
  readonly performance_improvement: number
  /** Under load, points; tests tolerate none. */
  readonly error_rate_reduction: number
  /** Per cent of the baseline's p95; and never below `latency_ms`. */
  readonly latency_improvement: number
  readonly latency_ms: number
  readonly memory_efficiency: number
  readonly code_quality_score: number
  readonly test_coverage: number
  readonly security_score: number
}

export const DEFAULT_MARGINS: Margins = {
  performance_improvement: 5,
  error_rate_reduction: 0.1,
  latency_improvement: 5,
  latency_ms: 2,
  memory_efficiency: 5,
  code_quality_score: 2,
  test_coverage: 0.5,
  security_score: 0,
}

/** Noise beyond this is no data (per cent). */
const NO_DATA_BEYOND = {
  performance_improvement: 10,
  latency_improvement: 30,
  memory_efficiency: 20,
} as const

interface Finding {
  readonly interval: Interval
  readonly margin: number
  readonly resolution: number | null
  readonly raw: number
  readonly note: string
}
type Row = Finding | { readonly noData: string; readonly baselineMeasured: boolean }

export function kpiReport(m: Measurements, claims: readonly Claim[], margins: Margins): KpiResult[] {
  const rows: Record<Kpi, Row> = {
    performance_improvement: performance(m, margins, claims),
    error_rate_reduction: errorRate(m, margins),
    latency_improvement: latency(m, margins),
    memory_efficiency: memory(m, margins),
    code_quality_score: score(m.quality, margins.code_quality_score, 'nothing that is scored was changed'),
    test_coverage: score(m.coverage, margins.test_coverage, 'no coverage report'),
    security_score: score(m.security, margins.security_score, 'the scan gave no score'),
  }
  return KPIS.map((kpi) => resultOf(kpi, rows[kpi], claimOf(claims, kpi), margins))
}

const claimOf = (claims: readonly Claim[], kpi: Kpi): number | null => {
  const claim = claims.find((c) => c.kind === 'kpi' && c.kpi === kpi)
  return claim?.kind === 'kpi' ? thousandthsUp(claim.atLeast) : null
}

function resultOf(kpi: Kpi, row: Row, claim: number | null, margins: Margins): KpiResult {
  if ('noData' in row)
    return {
      kpi,
      measured: false,
      baselineMeasured: row.baselineMeasured,
      raw: null,
      lower: null,
      upper: null,
      claim,
      margin: thousandthsDown(margins[kpi]),
      resolution: null,
      note: row.noData,
    }
  return {
    kpi,
    measured: true,
    baselineMeasured: true,
    raw: Math.round(row.raw * 1000),
    lower: thousandthsDown(row.interval.lower),
    upper: thousandthsUp(row.interval.upper),
    claim,
    margin: thousandthsDown(row.margin),
    resolution: row.resolution === null ? null : thousandthsUp(row.resolution),
    note: row.note,
  }
}

const lost = (why: string): Row => ({ noData: why, baselineMeasured: true })

const sidesOf = (perSet: readonly BySide<number>[]) => ({
  effect: perSet.map((s) => Math.log(s.candidate / s.baseline)),
  control: perSet.map((s) => Math.log(s.control / s.baseline)),
})

/** Per cent less on the candidate, judged against the run's own A/A share. */
function paired(
  effect: readonly number[],
  control: readonly number[],
  confidence: number,
  margin: number,
  limit: number,
  note: string,
): Row {
  const ab = meanInterval(effect, confidence)
  const aa = meanInterval(control, confidence)
  if (!ab || !aa) return { noData: `${note}: fewer than two complete rounds`, baselineMeasured: false }
  const r = Math.abs(percentLess(resolvable(aa)))
  if (r > limit)
    return {
      noData: `${note}: the same code against itself differed by up to ${r.toFixed(1)} %, more than ${limit} %`,
      baselineMeasured: false,
    }
  const interval = intervalPercentLess(ab)
  return { interval, margin: Math.max(margin, r), resolution: r, raw: interval.estimate, note }
}

function performance(m: Measurements, margins: Margins, claims: readonly Claim[]): Row {
  const limit = NO_DATA_BEYOND.performance_improvement
  const margin = margins.performance_improvement
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
  if (claimOf(claims, 'performance_improvement') !== null)
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
    return paired(effect, control, m.confidence, margin, limit, `bench "${name}" (${rounds[0]?.unit ?? ''})`)
  })
  const unmeasured = rows.find((row) => 'noData' in row)
  if (unmeasured) return unmeasured
  return worst(rows as Finding[])
}

function suite(
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

function latency(m: Measurements, margins: Margins): Row {
  if (m.lost.load) return lost(m.lost.load)
  if (m.load.length === 0) return { noData: 'no service was put under load', baselineMeasured: false }
  const gain = (side: Side) => m.load.map((set) => set.sides.baseline.p95Ms - set.sides[side].p95Ms)
  const interval = meanInterval(gain('candidate'), m.confidence)
  const aa = meanInterval(gain('control'), m.confidence)
  const base = median(m.load.map((set) => set.sides.baseline.p95Ms))
  if (!interval || !aa || !(base > 0))
    return { noData: 'fewer than two complete rounds of load', baselineMeasured: false }
  const r = resolvable(aa)
  // The limit is a share of p95, but a service that answers in a millisecond is not noise because of one more.
  if ((r / base) * 100 > NO_DATA_BEYOND.latency_improvement && r > margins.latency_ms)
    return {
      noData: `p95 of the same code against itself differed by up to ${r.toFixed(1)} ms (${((r / base) * 100).toFixed(0)} %)`,
      baselineMeasured: false,
    }
  const margin = Math.max((margins.latency_improvement / 100) * base, margins.latency_ms, r)
  const after = median(m.load.map((set) => set.sides.candidate.p95Ms))
  return {
    interval,
    margin,
    resolution: r,
    raw: interval.estimate,
    note: `p95 under load: ${base.toFixed(1)} ms → ${after.toFixed(1)} ms`,
  }
}

function memory(m: Measurements, margins: Margins): Row {
  const limit = NO_DATA_BEYOND.memory_efficiency
  if (m.lost.load ?? m.lost.bench) return lost((m.lost.load ?? m.lost.bench)!)
  if (m.load.length > 0) {
    const { effect, control } = sidesOf(
      m.load.map(({ sides }) => ({
        baseline: sides.baseline.peakBytes,
        control: sides.control.peakBytes,
        candidate: sides.candidate.peakBytes,
      })),
    )
    return paired(
      effect,
      control,
      m.confidence,
      margins.memory_efficiency,
      limit,
      'peak memory of the service',
    )
  }
  if (m.bench.length > 0) {
    const { effect, control } = sidesOf(
      m.bench.map(({ cost }) => ({
        baseline: cost.baseline.peakBytes,
        control: cost.control.peakBytes,
        candidate: cost.candidate.peakBytes,
      })),
    )
    return paired(effect, control, m.confidence, margins.memory_efficiency, limit, 'peak memory of the bench')
  }
  return suite(
    m,
    (cost) => cost.peakBytes,
    margins.memory_efficiency,
    limit,
    'peak memory of the test suite (guards only)',
  )
}

/** Tests where they got worse (or there was no load), else errors under load. */
function errorRate(m: Measurements, margins: Margins): Row {
  const exactly = (points: number): Interval => ({ estimate: points, lower: points, upper: points })
  const baseline = m.tests ? failShare(m.tests.cases, 'baseline') : null
  const candidate = m.tests ? failShare(m.tests.cases, 'candidate') : null
  const byTests = baseline === null || candidate === null ? null : (baseline - candidate) * 100
  if (m.tests && candidate === null)
    return { noData: 'the tests gave no result on the candidate', baselineMeasured: baseline !== null }
  const pairs = m.load.reduce((n, set) => n + set.sides.candidate.requests, 0)
  const load = pairedPoints(
    {
      baselineOnly: m.load.reduce((n, set) => n + set.discordant.baselineOnly, 0),
      candidateOnly: m.load.reduce((n, set) => n + set.discordant.candidateOnly, 0),
    },
    pairs,
  )
  if (load && !(byTests !== null && byTests < 0))
    return {
      interval: load,
      margin: margins.error_rate_reduction,
      resolution: load.atBest,
      raw: load.estimate,
      note: `errors of ${pairs} requests under load`,
    }
  if (byTests === null) return { noData: 'there are no test results and no load', baselineMeasured: false }
  return {
    interval: exactly(byTests),
    margin: 0,
    resolution: null,
    raw: byTests,
    note: 'share of failing tests',
  }
}

/** A score or percentage that has no noise: L = U. */
function score(
  sides: { readonly baseline: number | null; readonly candidate: number | null } | null,
  margin: number,
  why: string,
): Row {
  if (!sides || sides.candidate === null || sides.baseline === null)
    return { noData: why, baselineMeasured: sides?.baseline != null }
  const gain = sides.candidate - sides.baseline
  return {
    interval: { estimate: gain, lower: gain, upper: gain },
    margin,
    resolution: null,
    raw: sides.candidate,
    note: `${sides.baseline.toFixed(1)} → ${sides.candidate.toFixed(1)}`,
  }
}
