import { describe, expect, test } from 'vitest'
import { reportHolds } from '../../../src/trust/holds.ts'
import type { BySide, LoadSet, Measurements } from '../../../src/trust/measurements.ts'
import { DEFAULT_MARGINS, hiddenLosses, kpiReport } from '../../../src/trust/report.ts'

const NOTHING: Measurements = {
  tests: null,
  load: [],
  bench: [],
  lost: {},
  coverage: null,
  quality: null,
  security: null,
  confidence: 0.95,
}
const sides = <T>(baseline: T, control: T, candidate: T): BySide<T> => ({ baseline, control, candidate })
const load = (
  p95: [number, number, number],
  cpu: [number, number, number],
  mem: [number, number, number] = [100e6, 100e6, 100e6],
): LoadSet => {
  const of = (i: 0 | 1 | 2) => ({
    cpuPerRequest: [cpu[i], cpu[i], cpu[i]],
    p50Ms: p95[i],
    p95Ms: p95[i],
    p99Ms: p95[i],
    p95PerSlice: [p95[i], p95[i]],
    peakBytes: mem[i],
    requests: 100,
    failed: 0,
  })
  return { sides: sides(of(0), of(1), of(2)), discordant: { baselineOnly: 0, candidateOnly: 0 } }
}
const row = (m: Partial<Measurements>, kpi: string, claims: Parameters<typeof kpiReport>[1] = []) =>
  kpiReport({ ...NOTHING, ...m }, claims, DEFAULT_MARGINS).find((r) => r.kpi === kpi)!

const FASTER = [
  load([20, 20.5, 5], [900, 910, 100]),
  load([21, 20.5, 5], [905, 900, 101]),
  load([20, 20.2, 5.2], [910, 905, 99]),
  load([20.5, 20, 5], [900, 902, 100]),
]

test('nothing measured is no data, seven times', () => {
  for (const one of kpiReport(NOTHING, [], DEFAULT_MARGINS))
    expect(one).toMatchObject({ measured: false, baselineMeasured: false, lower: null })
})

describe('latency', () => {
  test('is the p95 that is sure to be gained, against the run’s own noise', () => {
    const found = row({ load: FASTER }, 'latency_improvement')
    expect(found.measured).toBe(true)
    expect(found.lower!).toBeGreaterThan(14_000)
    expect(found.upper!).toBeLessThan(17_000)
    expect(found.raw).toBeCloseTo(15_325, -2)
    expect(found.margin).toBe(2_000)
  })
  test('is no data where the same code differs from itself by more than 30 %', () => {
    const noisy = [load([20, 30, 5], [1, 1, 1]), load([21, 12, 5], [1, 1, 1]), load([20, 33, 5], [1, 1, 1])]
    expect(row({ load: noisy }, 'latency_improvement')).toMatchObject({
      measured: false,
      note: expect.stringMatching(/same code differed from itself/),
    })
  })
  test('takes the noise as its margin where that is larger', () => {
    const wobbly = [
      load([20, 22, 20], [1, 1, 1]),
      load([20, 19, 20], [1, 1, 1]),
      load([20, 21, 20], [1, 1, 1]),
      load([20, 18.5, 20], [1, 1, 1]),
    ]
    expect(row({ load: wobbly }, 'latency_improvement').margin).toBeGreaterThan(2_000)
  })
})

describe('performance', () => {
  test('is CPU per request of a service', () => {
    const found = row({ load: FASTER }, 'performance_improvement')
    expect(found.raw! / 1000).toBeCloseTo(88.9, 0)
    expect(found.lower!).toBeGreaterThan(87_000)
  })
  test('is the worse of bench and service, and noise in one does not silence the other', () => {
    const bench = (b: number) => ({
      metrics: [{ metric: 'x', unit: 'µs', better: 'lower' as const, values: sides(100, 100.5, b) }],
      cost: sides({ cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }),
    })
    expect(
      row({ load: FASTER, bench: [bench(120), bench(121), bench(119)] }, 'performance_improvement').raw! /
        1000,
    ).toBeCloseTo(-20, 0)
    const noise = [60, 140, 100].map((c) => ({
      ...bench(100),
      metrics: [{ metric: 'x', unit: '', better: 'lower' as const, values: sides(100, c, 100) }],
    }))
    expect(row({ load: FASTER, bench: noise }, 'performance_improvement').note).toMatch(
      /CPU time per request/,
    )
    expect(row({ bench: noise }, 'performance_improvement')).toMatchObject({ measured: false })
  })
  test('what noise hides and yet looks worse than the noise is told, and is no figure', () => {
    const rounds = (candidate: number) =>
      [60, 140, 100].map((control) => ({
        metrics: [
          { metric: 'x', unit: '', better: 'lower' as const, values: sides(100, control, candidate) },
        ],
        cost: sides({ cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }),
      }))
    const hidden = (candidate: number) =>
      hiddenLosses({ ...NOTHING, bench: rounds(candidate) }, [], DEFAULT_MARGINS)
    expect(row({ bench: rounds(900) }, 'performance_improvement')).toMatchObject({ measured: false })
    expect(hidden(900)).toMatchObject([{ kpi: 'performance_improvement', loss: expect.closeTo(800, 0) }])
    expect(hidden(120), 'within the noise').toEqual([])
    expect(hidden(10), 'better').toEqual([])
  })
  test('of a bench where higher is better', () => {
    const ops = (b: number) => ({
      metrics: [{ metric: 'x', unit: 'op/s', better: 'higher' as const, values: sides(100, 101, b) }],
      cost: sides({ cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }, { cpuMs: 1, peakBytes: 1 }),
    })
    expect(row({ bench: [ops(200), ops(199), ops(201)] }, 'performance_improvement').raw! / 1000).toBeCloseTo(
      50,
      0,
    )
  })
  test('the test suite guards it and never proves a claim', () => {
    const cost = [1, 2, 3].map((i) =>
      sides(
        { cpuMs: 1000 + i, peakBytes: 1e8 },
        { cpuMs: 1001 + i, peakBytes: 1e8 },
        { cpuMs: 500, peakBytes: 1e8 },
      ),
    )
    const tests = {
      repetitions: 3,
      cases: [{ name: 'a', baseline: ['passed' as const], candidate: ['passed' as const] }],
      cost,
    }
    expect(row({ tests }, 'performance_improvement')).toMatchObject({
      measured: true,
      note: expect.stringMatching(/guards only/),
    })
    const claimed = row({ tests }, 'performance_improvement', [
      { kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 },
    ])
    expect(claimed).toMatchObject({ measured: false, claim: 10_000 })
    expect(reportHolds([claimed]).map((h) => h.code)).toContain('claim_not_reached')
  })
  test('is lost, not merely absent, where the candidate’s bench does not work', () => {
    const found = row({ lost: { bench: 'the bench does not work' } }, 'performance_improvement')
    expect(found).toMatchObject({ measured: false, baselineMeasured: true })
    expect(reportHolds([found]).map((h) => h.code)).toContain('kpi_lost')
  })
})

describe('error rate', () => {
  const tests = (baseline: 'passed' | 'failed', candidate: 'passed' | 'failed') => ({
    repetitions: 1,
    cost: [],
    cases: [
      { name: 'a', baseline: [baseline], candidate: [candidate] },
      { name: 'b', baseline: ['passed' as const], candidate: ['passed' as const] },
    ],
  })
  test('of tests has no margin', () => {
    expect(row({ tests: tests('passed', 'failed') }, 'error_rate_reduction')).toMatchObject({
      lower: -50_000,
      upper: -50_000,
      margin: 0,
    })
    expect(row({ tests: tests('failed', 'passed') }, 'error_rate_reduction')).toMatchObject({ lower: 50_000 })
  })
  test('under load tolerates a tenth of a point, and says what it could not see', () => {
    const found = row({ load: FASTER }, 'error_rate_reduction')
    expect(found).toMatchObject({ lower: 0, upper: 0, margin: 100, resolution: 750 })
  })
  test('a failing test is not hidden by a quiet load', () => {
    expect(row({ load: FASTER, tests: tests('passed', 'failed') }, 'error_rate_reduction')).toMatchObject({
      lower: -50_000,
      margin: 0,
    })
  })
  test('errors that only the candidate makes are a loss', () => {
    const failing = FASTER.map((set) => ({ ...set, discordant: { baselineOnly: 0, candidateOnly: 5 } }))
    expect(row({ load: failing }, 'error_rate_reduction').upper!).toBeLessThan(-2_000)
  })
  test('is lost where the candidate’s tests give nothing', () => {
    const gone = {
      repetitions: 1,
      cost: [],
      cases: [{ name: 'a', baseline: ['passed' as const], candidate: [] }],
    }
    expect(row({ tests: gone }, 'error_rate_reduction')).toMatchObject({
      measured: false,
      baselineMeasured: true,
    })
  })
})

test('scores without noise are exact', () => {
  expect(
    row({ coverage: { baseline: 80, candidate: 79.4, changedLines: null } }, 'test_coverage'),
  ).toMatchObject({ lower: -600, upper: -600, margin: 500, raw: 79_400 })
  expect(row({ quality: { baseline: 100, candidate: 97 } }, 'code_quality_score')).toMatchObject({
    lower: -3_000,
    margin: 2_000,
  })
  expect(row({ security: { baseline: 100, candidate: 60 } }, 'security_score')).toMatchObject({
    lower: -40_000,
    margin: 0,
  })
  expect(
    row({ coverage: { baseline: 80, candidate: null, changedLines: null } }, 'test_coverage'),
  ).toMatchObject({ measured: false, baselineMeasured: true })
})

test('memory is a ratio of peaks', () => {
  const heavier = [1, 2, 3, 4].map((i) => load([1, 1, 1], [1, 1, 1], [100e6 + i * 1e5, 100e6, 150e6]))
  expect(row({ load: heavier }, 'memory_efficiency').raw! / 1000).toBeCloseTo(-50, 0)
})
