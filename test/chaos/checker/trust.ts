// Trust by docs/trust.md, in whole numbers, from the rows alone.
import type { Check, KpiResult, Records } from './records.ts'

const WEIGHTS: Readonly<Record<string, bigint>> = {
  performance_improvement: 20n,
  error_rate_reduction: 25n,
  latency_improvement: 15n,
  memory_efficiency: 10n,
  code_quality_score: 15n,
  test_coverage: 10n,
  security_score: 5n,
}
const FAMILIES: readonly (readonly [family: string, weight: bigint])[] = [
  ['governance', 25n],
  ['constitution', 20n],
  ['security', 15n],
]
/** With a hold, no more than this is shown. */
const HELD = 9_000

type Fraction = readonly [above: bigint, below: bigint]
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d]
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d]

/** Claimed: L / c, clamped. Not claimed: 1 from −m upwards, 0 from −2m downwards, linear between. */
function scoreOf({ lower, claim, margin }: KpiResult): Fraction {
  const least = BigInt(lower!)
  if (claim !== null) {
    const wanted = BigInt(claim)
    return least <= 0n ? [0n, 1n] : least >= wanted ? [1n, 1n] : [least, wanted]
  }
  const mind = BigInt(margin)
  if (least >= -mind) return [1n, 1n]
  return least <= -2n * mind ? [0n, 1n] : [2n * mind + least, mind]
}

export const good = (verdict: string): boolean => verdict === 'pass' || verdict === 'attested'
/** In nobody's way. */
export const stands = (verdict: string): boolean => good(verdict) || verdict === 'not_applicable'

export function basisPoints(
  report: readonly KpiResult[],
  checks: readonly Pick<Check, 'family' | 'verdict'>[],
): number {
  const measured = report.filter((row) => row.measured)
  const weight = measured.reduce((sum, row) => sum + WEIGHTS[row.kpi]!, 0n)
  let total: Fraction = [0n, 1n]
  for (const row of measured) total = plus(total, times([40n * WEIGHTS[row.kpi]!, weight], scoreOf(row)))
  for (const [family, share] of FAMILIES) {
    const applicable = checks.filter((one) => one.family === family && one.verdict !== 'not_applicable')
    if (applicable.length === 0) continue
    const passed = applicable.filter((one) => good(one.verdict)).length
    total = plus(total, [share * BigInt(passed), BigInt(applicable.length)])
  }
  return Number((100n * total[0]) / total[1])
}

/** `code:subject` of every hold: recorded, and those that the report shows by itself. */
export function holdsOf({ kpi_results, holds }: Records, evidence: string): string[] {
  const report = kpi_results.filter((row) => row.evidence === evidence)
  const measured = report.filter((row) => row.measured)
  const weight = measured.reduce((sum, row) => sum + WEIGHTS[row.kpi]!, 0n)
  return [
    ...new Set([
      ...holds.filter((hold) => hold.evidence === evidence).map(({ code, subject }) => `${code}:${subject}`),
      ...report
        .filter((row) => row.claim !== null && (!row.measured || row.lower! < row.claim))
        .map((row) => `claim_not_reached:${row.kpi}`),
      ...measured.filter((row) => scoreOf(row)[0] === 0n).map((row) => `kpi_zero:${row.kpi}`),
      ...report.filter((row) => row.baseline_measured && !row.measured).map((row) => `kpi_lost:${row.kpi}`),
      ...(weight < 50n ? ['too_little_measured:report'] : []),
    ]),
  ].sort()
}

/** The newest answer of each check that was given by then. */
export function answersAt({ checks }: Records, evidence: string, at: number): Check[] {
  const newest = new Map<string, Check>()
  for (const check of checks) {
    if (check.evidence !== evidence || check.asked_at > at) continue
    const known = newest.get(check.check_id)
    if (!known || known.number < check.number) newest.set(check.check_id, check)
  }
  return [...newest.values()]
}

export function trustAt(records: Records, evidence: string, at: number) {
  const report = records.kpi_results.filter((row) => row.evidence === evidence)
  const formula = basisPoints(report, answersAt(records, evidence, at))
  const holds = holdsOf(records, evidence)
  return { formula, holds, shown: holds.length === 0 ? formula : Math.min(formula, HELD) }
}
