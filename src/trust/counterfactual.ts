// What would bring a mission to its threshold: the smallest single mends, and whether all of them do.
import { isOne } from '../kernel/fraction.ts'
import { type Hold, kpiAmount, kpiName } from './holds.ts'
import { type KpiResult, kpiScore } from './kpi.ts'
import { type ScoredCheck, stands, trustOf } from './trust.ts'

export interface Mend {
  readonly part: string
  readonly sentence: string
  /** Trust (formula, basis points) if this alone were mended. */
  readonly trust: number
}

export interface Counterfactual {
  /** Trust and no hold. */
  readonly reached: boolean
  /** Checks that keep it from unlocking whatever its trust. */
  readonly open: readonly string[]
  readonly mends: readonly Mend[]
  /** Sentences of the holds that must go, whatever the score. */
  readonly holds: readonly string[]
}

export function counterfactual(
  report: readonly KpiResult[],
  checks: readonly ScoredCheck[],
  recorded: readonly Hold[],
  threshold: number,
): Counterfactual {
  const now = trustOf(report, checks, recorded)
  const mends: Mend[] = []
  for (const row of report) {
    if (!row.measured || isOne(kpiScore(row))) continue
    const needed = row.claim ?? -row.margin
    const mended = report.map((other) => (other === row ? { ...row, lower: needed } : other))
    mends.push({
      part: row.kpi,
      sentence:
        row.claim !== null
          ? `${kpiName(row.kpi)}: at least ${kpiAmount(needed, row.kpi)} better, for sure`
          : `${kpiName(row.kpi)}: a loss of more than ${kpiAmount(row.margin, row.kpi)} ruled out`,
      trust: trustOf(mended, checks).formula,
    })
  }
  for (const check of checks) {
    if (stands(check.verdict)) continue
    const mended = checks.map((other) => (other === check ? { ...check, verdict: 'pass' as const } : other))
    mends.push({
      part: check.id,
      sentence: `the check ${check.id.replaceAll('_', ' ')}: ${check.verdict.replaceAll('_', ' ')} → pass`,
      trust: trustOf(report, mended).formula,
    })
  }
  return {
    reached: now.formula >= threshold && now.holds.length === 0,
    open: checks.filter((check) => !stands(check.verdict)).map((check) => check.id),
    mends: mends.sort((a, b) => b.trust - a.trust),
    holds: now.holds.map((hold) => hold.sentence),
  }
}
