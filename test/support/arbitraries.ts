import fc from 'fast-check'
import { ALL_CHECKS } from '../../src/mission/assess.ts'
import { KPIS, type Kpi, type KpiResult } from '../../src/trust/kpi.ts'
import { VERDICTS, type Verdict } from '../../src/trust/trust.ts'

const row = (kpi: Kpi): fc.Arbitrary<KpiResult> =>
  fc
    .record({
      measured: fc.boolean(),
      baselineMeasured: fc.boolean(),
      lower: fc.integer({ min: -200_000, max: 200_000 }),
      width: fc.integer({ min: 0, max: 50_000 }),
      claim: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null, freq: 3 }),
      margin: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })),
    })
    .map(({ measured, baselineMeasured, lower, width, claim, margin }) => ({
      kpi,
      measured,
      baselineMeasured: measured || baselineMeasured,
      raw: measured ? lower : null,
      lower: measured ? lower : null,
      upper: measured ? lower + width : null,
      claim,
      margin,
      resolution: null,
      note: '',
    }))

/** Any KPI report, one row a KPI. */
export const report: fc.Arbitrary<KpiResult[]> = fc.tuple(...KPIS.map(row)).map((rows) => [...rows])

/** Any verdict for any check; the gate's own tests cover attestations. */
export const verdicts: fc.Arbitrary<Record<string, Verdict>> = fc
  .array(fc.constantFrom(...VERDICTS), { minLength: ALL_CHECKS.length, maxLength: ALL_CHECKS.length })
  .map((given) => Object.fromEntries(ALL_CHECKS.map((check, i) => [check.id, given[i]!])))
