// How far two measurements of the same change agree.
import { fromThousandths, type Kpi, type KpiResult, kpiVerdict, UNITS } from './kpi.ts'

export interface KpiAgreement {
  readonly kpi: Kpi
  readonly agrees: boolean
  /** `better [3.1, 5.2] %`, or `no data`. */
  readonly first: string
  readonly second: string
}

const shown = (row: KpiResult): string =>
  row.lower === null || row.upper === null || !row.measured
    ? 'no data'
    : `${kpiVerdict(row)} [${fromThousandths(row.lower)}, ${fromThousandths(row.upper)}] ${UNITS[row.kpi]}`

/** Two that were measured agree where their intervals meet; one that was measured agrees with none that was not. */
function agree(a: KpiResult, b: KpiResult): boolean {
  if (a.lower === null || a.upper === null || b.lower === null || b.upper === null)
    return a.measured === b.measured
  return a.lower <= b.upper && b.lower <= a.upper
}

export const agreementOf = (
  first: readonly KpiResult[],
  second: readonly KpiResult[],
): readonly KpiAgreement[] =>
  first.flatMap((a) => {
    const b = second.find((row) => row.kpi === a.kpi)
    return b ? [{ kpi: a.kpi, agrees: agree(a, b), first: shown(a), second: shown(b) }] : []
  })
