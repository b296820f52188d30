// Reasons that alone keep a mission from unlocking, whatever its score. Each has its sentence for the card.
import { isZero } from '../kernel/fraction.ts'
import { fromThousandths, type Kpi, type KpiResult, kpiScore, measuredWeight, UNITS } from './kpi.ts'

export type HoldCode =
  | 'claim_not_reached'
  | 'kpi_zero'
  | 'kpi_lost'
  | 'loss_hidden'
  | 'test_regressed'
  | 'instrument_weakened'
  | 'change_not_executed'
  | 'too_little_measured'
  | 'not_contained'

export interface Hold {
  readonly code: HoldCode
  /** What it is about: a KPI, a test, a file. Distinct within a code. */
  readonly subject: string
  readonly sentence: string
}

/** Measured KPIs weighing less than this are too little to trust. */
export const LEAST_WEIGHT = 50

const NAMES: Readonly<Record<Kpi, string>> = {
  performance_improvement: 'performance',
  error_rate_reduction: 'error rate',
  latency_improvement: 'latency',
  memory_efficiency: 'memory',
  code_quality_score: 'code quality',
  test_coverage: 'test coverage',
  security_score: 'security',
}
export const kpiName = (kpi: Kpi): string => NAMES[kpi]
/** Of a step of the waterfall: a KPI, or a family of checks. */
export const partName = (part: string): string =>
  part in NAMES ? `KPI ${NAMES[part as Kpi]}` : `${part} checks`

const amount = (thousandths: number, kpi: Kpi): string => {
  const unit = UNITS[kpi]
  const text = fromThousandths(thousandths)
    .toFixed(2)
    .replace(/\.?0+$/, '')
  return unit === '%' ? `${text} %` : `${text} ${unit}`
}
export const kpiAmount = amount

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`

export const kpiTitle = (kpi: Kpi): string => capital(NAMES[kpi])

/** The improvement that was measured; worse is below zero. */
const between = ({ kpi, lower, upper }: KpiResult): string =>
  upper === null || upper === lower
    ? amount(lower ?? 0, kpi)
    : `between ${amount(lower ?? 0, kpi)} and ${amount(upper, kpi)}`

/** What is worse for sure is said so; what only could be is said as that. */
const lossOf = (row: KpiResult): string =>
  row.upper !== null && row.upper < -row.margin
    ? `${kpiTitle(row.kpi)} gets worse, by ${amount(-row.upper, row.kpi)} or more (${row.note})`
    : `${kpiTitle(row.kpi)} could be worse, by up to ${amount(-(row.lower ?? 0), row.kpi)}`

/** A margin is never finer than what the run could resolve. */
const toleratedOf = ({ margin, resolution, kpi }: KpiResult): string =>
  `${amount(margin, kpi)} would be tolerated${resolution !== null && resolution >= margin ? ": in this run today's code differed from itself by as much" : ''}`

/** What the figures leave possible, and what would be tolerated. */
export const lossSentence = (row: KpiResult): string => `${lossOf(row)}; ${toleratedOf(row)}.`

/** The holds that follow from the KPI report itself; PostgreSQL derives the same ones. */
export function reportHolds(report: readonly KpiResult[]): Hold[] {
  const holds: Hold[] = []
  for (const row of report) {
    const name = NAMES[row.kpi]
    if (row.claim !== null && (!row.measured || row.lower === null))
      holds.push({
        code: 'claim_not_reached',
        subject: row.kpi,
        sentence: `The claim of ${amount(row.claim, row.kpi)} in ${name} was not measured: ${row.note || 'no data'}.`,
      })
    else if (row.claim !== null && row.lower !== null && row.lower < row.claim)
      holds.push({
        code: 'claim_not_reached',
        subject: row.kpi,
        sentence: `${capital(name)} was claimed to get better by at least ${amount(row.claim, row.kpi)}; measured, it is ${between(row)}.`,
      })
    if (row.measured && isZero(kpiScore(row)))
      holds.push({
        code: 'kpi_zero',
        subject: row.kpi,
        sentence:
          row.claim !== null ? `No improvement of ${name} is sure, and one was claimed.` : lossSentence(row),
      })
    if (row.baselineMeasured && !row.measured)
      holds.push({
        code: 'kpi_lost',
        subject: row.kpi,
        sentence: `${capital(name)} was measured on the baseline and not on the candidate: ${row.note || 'no data'}.`,
      })
  }
  const weight = measuredWeight(report)
  if (weight < LEAST_WEIGHT)
    holds.push({
      code: 'too_little_measured',
      subject: 'report',
      sentence: `What was measured weighs ${weight} of 100; at least ${LEAST_WEIGHT} are needed.`,
    })
  return holds
}
