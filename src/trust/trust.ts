// The trust score: exact, rounded down once. PostgreSQL recomputes it (grace.trust_bp) before it lets anything run.
import {
  add,
  approximately,
  type Fraction,
  floorAt,
  fraction,
  over,
  sum,
  times,
  ZERO,
} from '../kernel/fraction.ts'
import { type Hold, reportHolds } from './holds.ts'
import { type KpiResult, kpiFamilyScore, kpiScore, WEIGHTS } from './kpi.ts'

export const FAMILIES = ['governance', 'constitution', 'security'] as const
export type CheckFamily = (typeof FAMILIES)[number]

/** The specification's weights; they sum to 100. */
export const FAMILY_WEIGHTS = { kpi: 40, governance: 25, constitution: 20, security: 15 } as const

export const VERDICTS = ['pass', 'fail', 'unknown', 'needs_human', 'attested', 'not_applicable'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The least that trust has to know of a check. */
export interface ScoredCheck {
  readonly id: string
  readonly family: CheckFamily
  readonly verdict: Verdict
}

/** (passed + attested) / applicable; none applicable = 0. */
export function familyScore(checks: readonly ScoredCheck[], family: CheckFamily): Fraction {
  const applicable = checks.filter((c) => c.family === family && c.verdict !== 'not_applicable')
  if (applicable.length === 0) return ZERO
  const good = applicable.filter((c) => c.verdict === 'pass' || c.verdict === 'attested')
  return fraction(good.length, applicable.length)
}

/** Verdicts that leave a check in nobody's way. */
export const stands = (verdict: Verdict): boolean =>
  verdict === 'pass' || verdict === 'attested' || verdict === 'not_applicable'

/** Trust is shown as at most this with a hold (basis points). */
export const HELD_CEILING = 9000

export interface Step {
  /** A KPI, or a family of checks. */
  readonly part: string
  /** Basis points that it could bring at most. */
  readonly possible: number
  /** Basis points that it brought (rounded down; the total is rounded once, from the exact sum). */
  readonly brought: number
}

export interface Trust {
  /** The formula's own number, basis points: 9500 = 95 %. */
  readonly formula: number
  /** What is shown: at most 9000 with a hold. */
  readonly shown: number
  readonly holds: readonly Hold[]
  readonly kpiScore: Fraction
  readonly waterfall: readonly Step[]
}

const exact = (kpi: Fraction, checks: readonly ScoredCheck[]): Fraction =>
  over(
    add(
      times(fraction(FAMILY_WEIGHTS.kpi), kpi),
      sum(FAMILIES.map((family) => times(fraction(FAMILY_WEIGHTS[family]), familyScore(checks, family)))),
    ),
    100,
  )

export function trustOf(
  report: readonly KpiResult[],
  checks: readonly ScoredCheck[],
  recorded: readonly Hold[] = [],
): Trust {
  const kpi = kpiFamilyScore(report)
  const formula = floorAt(exact(kpi, checks), 10_000)
  // A test that broke says more than the share of tests that it is.
  const holds = [...recorded, ...reportHolds(report)]
  return {
    formula,
    shown: holds.length === 0 ? formula : Math.min(formula, HELD_CEILING),
    holds,
    kpiScore: kpi,
    waterfall: waterfall(report, checks),
  }
}

/** Whether it may be unlocked as far as measuring goes. */
export const isTrusted = (trust: Pick<Trust, 'formula' | 'holds'>, threshold: number): boolean =>
  trust.formula >= threshold && trust.holds.length === 0

function waterfall(report: readonly KpiResult[], checks: readonly ScoredCheck[]): Step[] {
  const measured = report.filter((row) => row.measured)
  const weight = measured.reduce((total, row) => total + WEIGHTS[row.kpi], 0)
  const steps: Step[] = measured.map((row) => {
    const share = fraction(FAMILY_WEIGHTS.kpi * WEIGHTS[row.kpi], 100 * weight)
    return {
      part: row.kpi,
      possible: floorAt(share, 10_000),
      brought: floorAt(times(share, kpiScore(row)), 10_000),
    }
  })
  for (const family of FAMILIES) {
    const share = fraction(FAMILY_WEIGHTS[family], 100)
    steps.push({
      part: family,
      possible: FAMILY_WEIGHTS[family] * 100,
      brought: floorAt(times(share, familyScore(checks, family)), 10_000),
    })
  }
  return steps
}

/** `95.00 %`, rounded down: 9499 never looks like 95. */
export const percent = (basisPoints: number): string => `${(basisPoints / 100).toFixed(2)} %`

/** The REST API's `trust_score`, 0–1. */
export const asUnit = (basisPoints: number): number => basisPoints / 10_000

/** The REST API's `kpi_score`, 0–100. */
export const asHundred = (score: Fraction): number => Math.floor(approximately(score) * 10_000) / 100
