import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_CHECKS } from '../../../src/mission/assess.ts'
import { counterfactual } from '../../../src/trust/counterfactual.ts'
import { reportHolds } from '../../../src/trust/holds.ts'
import { KPIS, type KpiResult, kpiScore, kpiVerdict } from '../../../src/trust/kpi.ts'
import { percent, type ScoredCheck, trustOf, type Verdict } from '../../../src/trust/trust.ts'
import { notTrusted } from '../../../src/trust/undecided.ts'
import { report, verdicts } from '../../support/arbitraries.ts'
import { kpiRow, perfectReport } from '../../support/ready-mission.ts'

const checksOf = (given: Readonly<Record<string, Verdict>> = {}): ScoredCheck[] =>
  ALL_CHECKS.map(({ id, family }) => ({ id, family, verdict: given[id] ?? 'pass' }))

const scoreOf = (row: KpiResult): number => {
  const { n, d } = kpiScore(row)
  return Number(n) / Number(d)
}

describe('the score of one KPI', () => {
  test.each([
    ['claimed and reached', { claim: 5_000, lower: 5_000 }, 1],
    ['claimed and more than reached', { claim: 5_000, lower: 9_000 }, 1],
    ['claimed and half reached', { claim: 5_000, lower: 2_500 }, 0.5],
    ['claimed and nothing sure', { claim: 5_000, lower: 0 }, 0],
    ['claimed and maybe worse', { claim: 5_000, lower: -100 }, 0],
    ['unclaimed, within the margin', { margin: 2_000, lower: -2_000 }, 1],
    ['unclaimed, half way to twice the margin', { margin: 2_000, lower: -3_000 }, 0.5],
    ['unclaimed, twice the margin', { margin: 2_000, lower: -4_000 }, 0],
    ['no margin, no loss', { margin: 0, lower: 0 }, 1],
    ['no margin, the least loss', { margin: 0, lower: -1 }, 0],
    ['not measured', { measured: false, lower: null, upper: null }, 0],
  ])('%s', (_name, over, score) => {
    expect(scoreOf(kpiRow('latency_improvement', { upper: 10_000, ...over }))).toBe(score)
  })
})

describe('trust', () => {
  test('is 100 % when everything is perfect and measured', () => {
    expect(trustOf(perfectReport(), checksOf())).toMatchObject({ formula: 10_000, shown: 10_000, holds: [] })
  })

  test('is exactly 95.00 % for a KPI score of 87.5 with all else perfect, and 94.99 % a hair below', () => {
    const halved = (lower: number) =>
      KPIS.map((kpi) =>
        kpi === 'performance_improvement' || kpi === 'security_score'
          ? kpiRow(kpi, { margin: 10_000, lower: kpi === 'security_score' ? -15_000 : lower })
          : kpiRow(kpi),
      )
    expect(trustOf(halved(-15_000), checksOf()).formula).toBe(9_500)
    expect(trustOf(halved(-15_001), checksOf()).formula).toBe(9_499)
    expect(percent(9_499)).toBe('94.99 %')
  })

  test('leaves out what was not measured instead of counting it', () => {
    const partly = perfectReport().map((row) =>
      row.kpi === 'latency_improvement' ? { ...row, measured: false, baselineMeasured: false } : row,
    )
    expect(trustOf(partly, checksOf())).toMatchObject({ formula: 10_000, holds: [] })
  })

  test('is nothing from a family in which nothing applies', () => {
    const none = Object.fromEntries(
      ALL_CHECKS.filter((c) => c.family === 'security').map((c) => [c.id, 'not_applicable' as const]),
    )
    expect(trustOf(perfectReport(), checksOf(none)).formula).toBe(8_500)
  })

  test('counts unknown and needs_human as not passed, attested as passed', () => {
    const five = (verdict: Verdict) =>
      trustOf(perfectReport(), checksOf({ policy_compliance: verdict })).formula
    expect([five('unknown'), five('needs_human'), five('fail'), five('attested')]).toEqual([
      9_500, 9_500, 9_500, 10_000,
    ])
  })

  test('with a hold is shown as 90.00 % at most, beside the formula’s own number', () => {
    const held = trustOf(perfectReport(), checksOf(), [
      { code: 'test_regressed', subject: 't', sentence: 's' },
    ])
    expect(held).toMatchObject({ formula: 10_000, shown: 9_000 })
    const low = trustOf([], checksOf())
    expect(low.shown).toBe(low.formula)
  })

  test('never falls when a score rises or a verdict gets better, for a fixed claim and measured set', () => {
    const better: Verdict[] = ['pass', 'attested']
    fc.assert(
      fc.property(
        report,
        verdicts,
        fc.nat(6),
        fc.nat(100_000),
        fc.nat(ALL_CHECKS.length - 1),
        (rows, given, i, rise, j) => {
          const before = trustOf(rows, checksOf(given))
          const raised = rows.map((row, k) =>
            k === i && row.lower !== null
              ? { ...row, lower: row.lower + rise, upper: row.upper! + rise }
              : row,
          )
          const mended = {
            ...given,
            [ALL_CHECKS[j]!.id]:
              given[ALL_CHECKS[j]!.id] === 'not_applicable' ? ('not_applicable' as const) : better[rise % 2]!,
          }
          const after = trustOf(raised, checksOf(mended))
          expect(after.formula).toBeGreaterThanOrEqual(before.formula)
          expect(after.shown).toBeGreaterThanOrEqual(before.shown)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('is never more than 90.00 % with any hold, whatever else', () => {
    fc.assert(
      fc.property(report, verdicts, (rows, given) => {
        const trust = trustOf(rows, checksOf(given))
        if (trust.holds.length > 0) expect(trust.shown).toBeLessThanOrEqual(9_000)
        expect(trust.formula).toBeGreaterThanOrEqual(0)
        expect(trust.formula).toBeLessThanOrEqual(10_000)
      }),
      { numRuns: 1_000 },
    )
  })

  test('comes with a waterfall that adds up, but for what each step rounds away', () => {
    fc.assert(
      fc.property(report, verdicts, (rows, given) => {
        const trust = trustOf(rows, checksOf(given))
        const sum = trust.waterfall.reduce((total, step) => total + step.brought, 0)
        expect(trust.formula - sum).toBeGreaterThanOrEqual(0)
        expect(trust.formula - sum).toBeLessThan(trust.waterfall.length)
      }),
    )
  })
})

describe('every hold holds', () => {
  const latency = (over: Partial<KpiResult>) =>
    perfectReport().map((row) => (row.kpi === 'latency_improvement' ? { ...row, ...over } : row))
  test.each([
    ['a claim not reached', 'claim_not_reached', latency({ claim: 5_000, lower: 4_999, upper: 9_000 })],
    [
      'a claim not measured',
      'claim_not_reached',
      latency({ claim: 5_000, measured: false, baselineMeasured: false, lower: null, upper: null }),
    ],
    ['a KPI that scores 0', 'kpi_zero', latency({ lower: -4_000, upper: 0 })],
    ['a KPI lost on the candidate', 'kpi_lost', latency({ measured: false, lower: null, upper: null })],
    [
      'too little measured',
      'too_little_measured',
      perfectReport().map((row) =>
        row.kpi === 'security_score' ? row : { ...row, measured: false, baselineMeasured: false },
      ),
    ],
  ])('%s', (_name, code, rows) => {
    const trust = trustOf(rows, checksOf())
    expect(trust.holds.map((hold) => hold.code)).toContain(code)
    expect(trust.shown).toBeLessThanOrEqual(9_000)
    for (const hold of trust.holds) expect(hold.sentence).toMatch(/^[A-Z].*\.$/)
  })

  test('nothing holds a perfect report', () => {
    expect(reportHolds(perfectReport())).toEqual([])
  })
})

describe('the verdict on a KPI', () => {
  test.each([
    ['better', { lower: 3_000, upper: 5_000 }],
    ['same', { lower: -1_000, upper: 1_000 }],
    ['same', { lower: -5_000, upper: 5_000 }],
    ['worse', { lower: -9_000, upper: -3_000 }],
    ['no data', { measured: false }],
  ] as const)('%s', (verdict, over) => {
    expect(kpiVerdict(kpiRow('latency_improvement', over))).toBe(verdict)
  })
})

describe('the counterfactual', () => {
  test('says which single mend brings how much', () => {
    const rows = perfectReport().map((row) =>
      row.kpi === 'error_rate_reduction' ? { ...row, lower: -3_000, upper: 0 } : row,
    )
    const { mends, reached, open } = counterfactual(rows, checksOf({ privacy: 'fail' }), [], 9_500)
    expect(reached).toBe(false)
    expect(open).toEqual(['privacy'])
    expect(mends.map((mend) => mend.part)).toEqual(['error_rate_reduction', 'privacy'])
    expect(mends[0]).toMatchObject({ trust: 9_714 })
    expect(mends[0]?.sentence).toBe('error rate: a loss of more than 2 points ruled out')
  })
  test('is content with what is perfect', () => {
    expect(counterfactual(perfectReport(), checksOf(), [], 9_500)).toEqual({
      reached: true,
      open: [],
      mends: [],
      holds: [],
    })
  })
})

test('what is not trusted says why: a hold, else the check that failed, else the figure that is not clear', () => {
  const said = (over: Partial<KpiResult>, failed?: string) => {
    const rows = perfectReport().map((row) =>
      row.kpi === 'memory_efficiency' ? { ...row, claim: null, margin: 5_000, ...over } : row,
    )
    return notTrusted(trustOf(rows, checksOf()), 9_900, rows, failed)
  }
  const unclear = { lower: -8_070, upper: 1_000 }
  expect(said(unclear)).toMatch(
    /^trust is 9\d\.\d\d %, 99\.00 % are needed\. Not clear yet: Memory could be worse, by up to 8\.07 %; 5 % would be tolerated\.$/,
  )
  expect(said(unclear, 'Nobody is named.')).toMatch(/ are needed\. Nobody is named\.$/)
  expect(said({ lower: -30_000, upper: 1_000 }, 'Nobody is named.')).toMatch(
    / are needed\. Memory could be worse, by up to 30 %; 5 % would be tolerated\.$/,
  )
  expect(said({ lower: 0, upper: 1_000 })).toMatch(/ are needed\.$/)
})
