// The seven KPIs: their weights, margins and scores. Every figure is DESIGN.md's "Trust" table.
import { type Fraction, fraction, ONE, over, sum, times, ZERO } from '../kernel/fraction.ts'

export const KPIS = [
  'performance_improvement',
  'error_rate_reduction',
  'latency_improvement',
  'memory_efficiency',
  'code_quality_score',
  'test_coverage',
  'security_score',
] as const
export type Kpi = (typeof KPIS)[number]

export const WEIGHTS: Readonly<Record<Kpi, number>> = {
  performance_improvement: 20,
  error_rate_reduction: 25,
  latency_improvement: 15,
  memory_efficiency: 10,
  code_quality_score: 15,
  test_coverage: 10,
  security_score: 5,
}

export const UNITS: Readonly<Record<Kpi, string>> = {
  performance_improvement: '%',
  error_rate_reduction: 'points',
  latency_improvement: 'ms',
  memory_efficiency: '%',
  code_quality_score: 'points',
  test_coverage: 'points',
  security_score: 'points',
}

/**
 * One row of a KPI report. Every figure is a whole number of thousandths of the KPI's unit, so that
 * PostgreSQL and this code compute the very same trust from it.
 */
export interface KpiResult {
  readonly kpi: Kpi
  /** False = no data: nothing below but `claim` and `margin` means anything. */
  readonly measured: boolean
  /** Whether the baseline gave data; a KPI lost by the candidate is a hold. */
  readonly baselineMeasured: boolean
  /** In the specification's unit: an improvement, or the candidate's own score for quality, coverage, security. */
  readonly raw: number | null
  /** 95 % interval of the improvement, positive = better; rounded outwards. */
  readonly lower: number | null
  readonly upper: number | null
  /** The least improvement claimed; null where nothing is claimed. */
  readonly claim: number | null
  /** The loss nobody would mind. */
  readonly margin: number
  /** The smallest change that this run could resolve. With no data: the noise that hid it; null where it was not noise. */
  readonly resolution: number | null
  /** Why there is no data, or what the figure rests on. */
  readonly note: string
}

/** Thousandths, rounded so that an interval never becomes narrower than it was measured. */
export const thousandthsDown = (x: number): number => Math.floor(x * 1000 + 1e-9) + 0
export const thousandthsUp = (x: number): number => Math.ceil(x * 1000 - 1e-9) + 0
export const fromThousandths = (x: number): number => x / 1000

/**
 * Score of one measured KPI, 0…1. Claimed: L/c clamped. Unclaimed: 1 if L ≥ −m, 0 if L ≤ −2m, linear
 * between (m = 0: a step). Not measured: 0, and it has no weight.
 */
export function kpiScore(row: KpiResult): Fraction {
  if (!row.measured || row.lower === null) return ZERO
  if (row.claim !== null) {
    if (row.lower <= 0) return ZERO
    return row.lower >= row.claim ? ONE : fraction(row.lower, row.claim)
  }
  if (row.lower >= -row.margin) return ONE
  if (row.lower <= -2 * row.margin) return ZERO
  return fraction(2 * row.margin + row.lower, row.margin)
}

export const measuredWeight = (report: readonly KpiResult[]): number =>
  report.reduce((weight, row) => weight + (row.measured ? WEIGHTS[row.kpi] : 0), 0)

/** Σ wᵢsᵢ / Σ wᵢ over the measured; 0 where nothing was measured. */
export function kpiFamilyScore(report: readonly KpiResult[]): Fraction {
  const weight = measuredWeight(report)
  if (weight === 0) return ZERO
  return over(
    sum(report.map((row) => times(fraction(row.measured ? WEIGHTS[row.kpi] : 0), kpiScore(row)))),
    weight,
  )
}

export type KpiVerdict = 'better' | 'same' | 'worse' | 'no data'

/** What the interval allows to be said: worse only beyond the margin, better only beyond zero. */
export function kpiVerdict(row: KpiResult): KpiVerdict {
  if (!row.measured || row.lower === null || row.upper === null) return 'no data'
  if (row.upper < -row.margin || (row.margin === 0 && row.upper < 0)) return 'worse'
  if (row.lower > 0 && row.lower > row.margin) return 'better'
  return 'same'
}
