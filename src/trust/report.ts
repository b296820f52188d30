// From measurements to the KPI report: DESIGN.md's table, row by row.
import type { Claim } from './claim.ts'
import { KPIS, type Kpi, type KpiResult, thousandthsDown, thousandthsUp } from './kpi.ts'
import type { Measurements, Side } from './measurements.ts'
import { performance } from './performance.ts'
import { lost, NO_DATA_BEYOND, paired, type Row, sidesOf } from './row.ts'
import { hodgesLehmann, type Interval, meanInterval, median, pairedPoints, resolvable } from './statistics.ts'
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

const rowsOf = (m: Measurements, claims: readonly Claim[], margins: Margins): Readonly<Record<Kpi, Row>> => ({
  performance_improvement: performance(
    m,
    margins.performance_improvement,
    claimOf(claims, 'performance_improvement') !== null,
  ),
  error_rate_reduction: errorRate(m, margins),
  latency_improvement: latency(m, margins),
  memory_efficiency: memory(m, margins),
  code_quality_score: score(m.quality, margins.code_quality_score, 'nothing that is scored was changed'),
  test_coverage: coverage(m, margins.test_coverage),
  security_score: score(m.security, margins.security_score, 'the scan gave no score'),
})

/**
 * What noise hides and yet looks worse, by more than the same code differed by from itself: no figure, and no reason to
 * let it pass either.
 */
export function hiddenLosses(
  m: Measurements,
  claims: readonly Claim[],
  margins: Margins,
): { readonly kpi: Kpi; readonly loss: number; readonly noise: number }[] {
  const rows = rowsOf(m, claims, margins)
  return KPIS.flatMap((kpi) => {
    const row = rows[kpi]
    if (!('noData' in row) || row.noise === undefined || row.seen === undefined) return []
    return row.seen < -row.noise ? [{ kpi, loss: -row.seen, noise: row.noise }] : []
  })
}

export function kpiReport(m: Measurements, claims: readonly Claim[], margins: Margins): KpiResult[] {
  const rows = rowsOf(m, claims, margins)
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
      resolution: row.noise === undefined ? null : thousandthsUp(row.noise),
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

function latency(m: Measurements, margins: Margins): Row {
  if (m.lost.load) return lost(m.lost.load)
  if (m.load.length === 0) return { noData: 'no service was put under load', baselineMeasured: false }
  // Slice against slice of the same requests: one that something else on the machine slowed down does not speak for
  // its whole set.
  const gain = (side: Side) =>
    m.load.map(({ sides }) =>
      hodgesLehmann(
        sides.baseline.p95PerSlice.map((p95, i) => p95 - (sides[side].p95PerSlice[i] ?? Number.NaN)),
      ),
    )
  const interval = meanInterval(gain('candidate'), m.confidence)
  const aa = meanInterval(gain('control'), m.confidence)
  const base = median(m.load.map((set) => set.sides.baseline.p95Ms))
  if (!interval || !aa || !(base > 0))
    return { noData: 'fewer than two complete rounds of load', baselineMeasured: false }
  const r = resolvable(aa)
  // The limit is a share of p95, but a service that answers in a millisecond is not noise because of one more.
  if ((r / base) * 100 > NO_DATA_BEYOND.latency_improvement && r > margins.latency_ms)
    return {
      noData: `this machine was too noisy: p95 of the same code differed from itself by up to ${r.toFixed(1)} ms (${((r / base) * 100).toFixed(0)} %)`,
      baselineMeasured: false,
      noise: r,
      seen: interval.estimate,
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

/** Peaks below this (bytes) are those of the shell, and seen only by chance. */
const LEAST_PEAK = 4 * 1024 * 1024

function memory(m: Measurements, margins: Margins): Row {
  const limit = NO_DATA_BEYOND.memory_efficiency
  const why = m.lost.load ?? m.lost.bench
  if (why) return lost(why)
  const [peaks, note] =
    m.load.length > 0
      ? [m.load.map((set) => set.sides), 'peak memory of the service']
      : m.bench.length > 0
        ? [m.bench.map((round) => round.cost), 'peak memory of the bench']
        : [m.tests?.cost ?? [], 'peak memory of the test suite (guards only)']
  if (peaks.length < 2)
    return { noData: 'there is no bench, no service and no repeated test run', baselineMeasured: false }
  if (median(peaks.map((sides) => sides.baseline.peakBytes)) < LEAST_PEAK)
    return { noData: `${note}: less than 4 MB, too little to compare`, baselineMeasured: false }
  const { effect, control } = sidesOf(
    peaks.map((sides) => ({
      baseline: sides.baseline.peakBytes,
      control: sides.control.peakBytes,
      candidate: sides.candidate.peakBytes,
    })),
  )
  return paired(effect, control, m.confidence, margins.memory_efficiency, limit, note)
}

/** Tests where they got worse (or there was no load), else errors under load. */
function errorRate(m: Measurements, margins: Margins): Row {
  const exactly = (points: number): Interval => ({ estimate: points, lower: points, upper: points })
  const baseline = m.tests ? failShare(m.tests.cases, 'baseline') : null
  const candidate = m.tests ? failShare(m.tests.cases, 'candidate') : null
  // A suite of which nothing passes today says nothing of the change.
  const dead = baseline === 1 && candidate === 1
  const byTests = baseline === null || candidate === null || dead ? null : (baseline - candidate) * 100
  if (m.tests && candidate === null)
    return {
      noData: 'the tests gave no result on the candidate',
      baselineMeasured: m.tests.cases.some((test) => test.baseline.length > 0),
    }
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
  if (byTests === null)
    return {
      noData: dead
        ? 'no test passes on today’s code: the suite says nothing'
        : 'there are no test results and no load',
      baselineMeasured: false,
    }
  return {
    interval: exactly(byTests),
    margin: 0,
    resolution: null,
    raw: byTests,
    note: 'share of failing tests',
  }
}

/** Of a claim only that share counts of which tests demand something: a mutation of the line fails one. */
function coverage(m: Measurements, margin: number): Row {
  const row = score(m.coverage, margin, 'no coverage report')
  const mutation = m.coverage?.mutation
  if ('noData' in row || !mutation || row.interval.estimate <= 0) return row
  const { tried, killed } = mutation
  const counted = tried === 0 ? 0 : (row.interval.estimate * killed) / tried
  return {
    ...row,
    interval: { ...row.interval, lower: counted },
    note: `${row.note}; ${
      tried === 0
        ? 'no newly executed line could be changed so that tests still begin: none counts for the claim'
        : `of ${tried} newly executed lines that were changed on purpose, tests noticed ${killed}`
    }`,
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
