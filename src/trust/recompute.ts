// Whether a KPI report follows from the measurements that the evidence holds.
import { asJson } from '../kernel/digest.ts'
import type { Claim } from './claim.ts'
import type { KpiResult } from './kpi.ts'
import type { Measurements } from './measurements.ts'
import { kpiReport, type Margins } from './report.ts'

const COMPARED = ['measured', 'raw', 'lower', 'upper', 'claim', 'margin', 'resolution'] as const

/** The first KPI that comes out otherwise; undefined where all come out as reported. */
export function misreported(
  body: unknown,
  report: readonly KpiResult[],
  claims: readonly Claim[],
  margins: Margins,
): string | undefined {
  const { measurements } = body as { measurements?: Measurements }
  if (!measurements) return 'there are no measurements'
  // As it was written down: what JSON can't hold is not there on either side.
  const again = asJson(kpiReport(measurements, claims, margins)) as unknown as KpiResult[]
  const wrong = again.find((row) => {
    const said = report.find((one) => one.kpi === row.kpi)
    return !said || COMPARED.some((field) => said[field] !== row[field])
  })
  return wrong?.kpi ?? (report.length === again.length ? undefined : 'a row too many')
}
