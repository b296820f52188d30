// What more rounds could still settle, and what no measuring mends.
import { type Hold, lossSentence, reportHolds } from './holds.ts'
import { type KpiResult, kpiVerdict } from './kpi.ts'
import { isTrusted, percent, type ScoredCheck, type Trust, trustOf } from './trust.ts'

/** A verdict that more rounds could still settle; noise that hid it is one of those. */
export const isOpen = (row: KpiResult): boolean => {
  if (!row.measured || row.lower === null || row.upper === null) return row.resolution !== null
  if (row.claim !== null) return row.lower < row.claim && row.upper >= row.claim
  return row.lower < -row.margin && row.upper > -row.margin && kpiVerdict(row) !== 'worse'
}

/**
 * Why a change is not trusted: what holds it, else the check that failed, else the figure that is neither worse for sure
 * nor shown not to be.
 */
export function notTrusted(
  { shown, holds }: Trust,
  needed: number,
  report: readonly KpiResult[],
  failed?: string,
): string {
  const unclear = report.find((row) => row.measured && row.claim === null && isOpen(row))
  const why = holds[0]?.sentence ?? failed ?? (unclear && `Not clear yet: ${lossSentence(unclear)}`) ?? ''
  return `trust is ${percent(shown)}, ${percent(needed)} are needed. ${why}`.trim()
}

/** What failed today because of how the world stands, and may pass tomorrow without another change. */
export const isUpToTheWorld = (check: ScoredCheck & { readonly validUntil: Date | null }): boolean =>
  check.validUntil !== null && (check.verdict === 'fail' || check.verdict === 'unknown')

export const onceTheWorldMoved = <C extends ScoredCheck & { readonly validUntil: Date | null }>(
  checks: readonly C[],
): C[] => checks.map((check) => (isUpToTheWorld(check) ? { ...check, verdict: 'pass' } : check))

/** What noise hid may turn out well. */
const isSettled = (hold: Hold): boolean => hold.code !== 'loss_hidden'

/** Whether it would be trusted if everything that is open turned out well: only intervals were too wide. */
export function moreRoundsCouldSettle(
  report: readonly KpiResult[],
  checks: readonly ScoredCheck[],
  recorded: readonly Hold[],
  threshold: number,
): boolean {
  const atBest = report.map((row): KpiResult => {
    const needed = row.claim ?? -row.margin
    return isOpen(row) ? { ...row, measured: true, lower: needed, upper: needed } : row
  })
  return isTrusted(trustOf(atBest, checks, recorded.filter(isSettled)), threshold)
}

/**
 * The first thing against this very change that is settled: a hold that more rounds can't lift, or a check that failed
 * and whose world does not move. Undefined where there is none; what the target lacks or its rules forbid today is not held
 * against a change.
 */
export function failureOf(
  report: readonly KpiResult[],
  checks: readonly (ScoredCheck & { readonly reason: string; readonly validUntil: Date | null })[],
  recorded: readonly Hold[],
): string | undefined {
  const settled = reportHolds(report).find((hold) =>
    report.some((row) => row.kpi === hold.subject && !isOpen(row)),
  )
  const failed = checks.find(
    (check) => check.verdict === 'fail' && check.validUntil === null && check.family !== 'governance',
  )
  return (
    recorded.find((hold) => hold.code !== 'not_contained' && isSettled(hold))?.sentence ??
    settled?.sentence ??
    failed?.reason
  )
}
