import { describe, expect, test } from 'vitest'
import { countersOf } from '../../../adapters/metrics/prometheus-text.ts'
import { configOf } from '../../../src/config/config.ts'
import { WINDOW_MS } from '../../../src/monitoring/history.ts'
import { judge, missedObjectives } from '../../../src/monitoring/judge.ts'
import { quantile, type Sample, sampleBetween, trafficOf } from '../../../src/monitoring/samples.ts'
import { uncoveredOf } from '../../../src/monitoring/uncovered.ts'
import type { Detector, Sight } from '../../../src/trigger-mesh/detector.ts'
import { coverage } from '../../../src/trigger-mesh/detectors/coverage.ts'
import { errorRate, wilsonLower } from '../../../src/trigger-mesh/detectors/error-rate.ts'
import { latency } from '../../../src/trigger-mesh/detectors/latency.ts'
import { fingerprintOf } from '../../../src/trigger-mesh/opportunity.ts'

/** 100 requests a sample, all in the bucket that ends at `ms`. */
const sample = (ms: number, errors = 0, requests = 100): Sample => ({
  at: new Date(0),
  windowMs: 1_000,
  requests,
  errors,
  buckets: { [ms / 2]: 0, [ms]: requests, '+Inf': requests },
})
const many = (n: number, ...of: Parameters<typeof sample>) => Array.from({ length: n }, () => sample(...of))

describe('quantiles of a histogram', () => {
  test('interpolate inside a bucket as Prometheus does', () => {
    expect(quantile({ 10: 50, 20: 100, '+Inf': 100 }, 0.5)).toBe(10)
    expect(quantile({ 10: 50, 20: 100, '+Inf': 100 }, 0.75)).toBe(15)
    expect(quantile({ 10: 90, '+Inf': 100 }, 0.95)).toBe(10)
    expect(quantile({}, 0.95)).toBeNull()
    expect(quantile({ 10: 0, '+Inf': 0 }, 0.95)).toBeNull()
  })
})

describe('samples', () => {
  const counters = (requests: number, errors: number) => ({
    requests,
    errors,
    buckets: { 10: requests, '+Inf': requests },
  })
  test('are differences of counters', () => {
    expect(sampleBetween(counters(10, 1), counters(30, 2), new Date(0), 1_000)).toMatchObject({
      requests: 20,
      errors: 1,
      buckets: { 10: 20, '+Inf': 20 },
    })
  })
  test('a counter that fell is a restart: no sample, not a negative one', () => {
    expect(sampleBetween(counters(30, 1), counters(10, 0), new Date(0), 1_000)).toBeUndefined()
  })
  test('no requests are no rate', () => {
    expect(trafficOf([])).toMatchObject({ errorRate: null, p95Ms: null })
  })
})

describe('Prometheus text', () => {
  const live = {
    latency_histogram: 'd_seconds',
    request_counter: 'r_total',
    status_label: 'status',
  }
  const text = (count = '7') => `# TYPE r_total counter
r_total{status="200"} ${count}
r_total{status="503"} 2
# TYPE d_seconds histogram
d_seconds_bucket{le="0.005"} 4
d_seconds_bucket{le="+Inf"} 9
d_seconds_sum 1
d_seconds_count 9
`
  test('gives requests, errors and buckets in ms', () => {
    expect(countersOf(text(), 'http://x/metrics', live)).toEqual({
      requests: 9,
      errors: 2,
      buckets: { 5: 4, '+Inf': 9 },
    })
  })
  test.each([
    ['a NaN', text('NaN')],
    ['nothing', ''],
    ['no histogram', '# TYPE r_total counter\nr_total{status="200"} 1\n'],
    ['HTML', '<html>'],
  ])('%s is refused', (_what, body) => {
    expect(() => countersOf(body, 'http://x/metrics', live)).toThrow(
      expect.objectContaining({ code: 'metrics_unreadable' }),
    )
  })
})

describe('the judge', () => {
  const WATCH = 20_000
  const UNTIL = 1_000_000
  const FROM = 1_010_000
  /** One a second from there on. */
  const timed = (samples: readonly Sample[], start: number) =>
    samples.map((one, i) => ({ ...one, at: new Date(start + (i + 1) * 1_000) }))
  const judged = (
    before: readonly Sample[],
    since: readonly Sample[],
    over: boolean,
    control?: { before: readonly Sample[]; since: readonly Sample[] },
  ) => {
    const group = (of: { before: readonly Sample[]; since: readonly Sample[] }) => ({
      before: timed(of.before, UNTIL - of.before.length * 1_000),
      since: timed(of.since, FROM),
    })
    return judge({
      ...group({ before, since }),
      ...(control ? { control: group(control) } : {}),
      watchMs: WATCH,
      until: new Date(UNTIL),
      from: new Date(FROM),
      now: new Date(FROM + since.length * 1_000),
      over,
    })
  }
  const before = many(20, 20)
  test('watches on while nothing is beyond a limit', () => {
    expect(judged(before, many(2, 20), false).verdict).toBe('watching')
  })
  test('says good when the watch is over', () => {
    expect(judged(before, many(20, 5), true)).toMatchObject({
      verdict: 'good',
      sentence: expect.stringMatching(/p95 4\.\d ms.*before: p95 19/),
    })
  })
  test.each([
    ['latency', many(2, 80)],
    ['errors', many(2, 20, 30)],
  ])('stops at once on %s beyond a hard limit, in two samples in a row', (_what, since) => {
    expect(judged(before, since, false)).toMatchObject({
      verdict: 'breach',
      sentence: expect.stringMatching(/hard limit/),
    })
    expect(judged(before, since.slice(1), false).verdict).toBe('watching')
  })
  test('one bad sample among good ones is no breach', () => {
    expect(judged(before, [...many(2, 20), sample(80), ...many(2, 20)], false).verdict).toBe('watching')
  })
  test('a third more latency is seen as soon as chance can’t explain it, 2 % of errors too', () => {
    expect(judged(before, many(2, 26), false).verdict).toBe('watching')
    expect(judged(before, many(4, 26), false).verdict).toBe('breach')
    expect(judged(before, many(8, 20, 2), false).verdict).toBe('breach')
  })
  test('a leak is seen at the end', () => {
    const leak = Array.from({ length: 20 }, (_, i) => sample(20 * (1 + Math.max(0, i - 12) * 0.03)))
    expect(judged(before, leak, true).verdict).not.toBe('good')
  })
  test('what the control group shows as well is not blamed on the change', () => {
    const outage = { before, since: [...many(4, 20), ...many(16, 60, 10)] }
    expect(judged(before, outage.since, true).verdict).toBe('breach')
    expect(judged(before, outage.since, true, outage).verdict).toBe('good')
    const slower = outage.since.map((one) => ({ ...one, buckets: { 40: 0, 80: 100, '+Inf': 100 } }))
    expect(judged(before, slower, true, outage).verdict).not.toBe('good')
  })
  test('no traffic is no pass', () => {
    expect(judged(before, [], true).verdict).toBe('no_data')
    expect(judged([], many(20, 20), true)).toMatchObject({ verdict: 'no_data', mayCome: false })
    expect(judged(before, many(20, 20, 0, 0), true)).toMatchObject({ verdict: 'no_data', mayCome: true })
  })
  test('one scrape that came late makes no windows of the others too long', () => {
    const half = (at: number, ms = 500): Sample => ({ ...sample(20, 0, 20), at: new Date(at), windowMs: ms })
    const late = (start: number) =>
      [1, 2, 3, 5, 6, 7, 8].map((i) => half(start + i * 500, i === 5 ? 1_000 : 500))
    expect(
      judge({
        before: late(UNTIL - 4_000),
        since: late(FROM),
        watchMs: 4_000,
        until: new Date(UNTIL),
        from: new Date(FROM),
        now: new Date(FROM + 4_000),
        over: true,
      }).verdict,
    ).toBe('good')
  })
  test('a service that was fast may be some tenths of a ms slower', () => {
    expect(judged(many(20, 1), many(20, 1.3), true).verdict).toBe('good')
  })
})

describe('what is still missed', () => {
  test('is named with its objective', () => {
    expect(missedObjectives(many(3, 80, 5), { latency_p95: 50, error_rate: 100 })).toBe(
      'The objective is still missed: p95 78.0 ms where 50 ms is the objective, errors 5.00 % where 1.00 % is the objective.',
    )
  })
  test('is nothing where the objective is met, there is none, or nothing was seen', () => {
    expect(missedObjectives(many(3, 40), { latency_p95: 50, error_rate: 100 })).toBeUndefined()
    expect(missedObjectives(many(3, 80, 5), {})).toBeUndefined()
    expect(missedObjectives([], { latency_p95: 50, error_rate: 100 })).toBeUndefined()
  })
})

describe('detectors', () => {
  const target = (over: object = {}) =>
    configOf('t', {
      parliament: { members: [{ id: 'a' }] },
      targets: {
        shop: {
          repository: '/x',
          test: { command: 'x', report: 'x', coverage: 'y' },
          coverage_objective: '80%',
          live: {
            metrics: 'http://x/m',
            min_requests: 50,
            objectives: { latency_p95: '10ms', error_rate: '1%' },
          },
          ...over,
        },
      },
    }).targets.get('shop')!
  const NOTHING: Omit<Sight, 'target'> = {
    at: new Date(0),
    samples: [],
    recent: [],
    history: [],
    coverage: undefined,
  }
  const see = (samples: readonly Sample[], of = target()): Sight => ({ ...NOTHING, target: of, samples })

  test('latency: above the objective in both halves', () => {
    const found = latency.look(see(many(4, 30)))!
    expect(found).toMatchObject({ detector: 'latency', evidence: { objective_ms: 10, requests: 400 } })
    const claim = found.claims[0]!
    expect(claim.kind === 'kpi' && claim.atLeast).toBeCloseTo((29.25 - 10) / 4, 1)
  })
  test('latency: what a stall adds is not claimed', () => {
    const stalled = [...many(3, 1200), ...many(3, 30), ...many(3, 1200), ...many(1, 30)]
    const claim = latency.look(see(stalled))!.claims[0]!
    expect(claim.kind === 'kpi' && claim.atLeast).toBeCloseTo((29.25 - 10) / 4, 1)
  })
  test('latency: where a sample has a request or two, one that is fast by nature hides nothing', () => {
    const few = Array.from({ length: 24 }, (_, i) => sample(i % 3 === 0 ? 1 : 12, 0, 1))
    const busy = target({
      live: { metrics: 'http://x/m', min_requests: 20, objectives: { latency_p95: '3ms' } },
    })
    const claim = latency.look(see(few, busy))!.claims[0]!
    expect(claim.kind === 'kpi' && claim.atLeast).toBeGreaterThan(2)
  })
  test('latency: not below it, not on a short peak, not on little traffic', () => {
    expect(latency.look(see(many(4, 8)))).toBeUndefined()
    expect(latency.look(see([...many(2, 8), ...many(2, 30)]))).toBeUndefined()
    expect(latency.look(see(many(4, 30, 0, 10)))).toBeUndefined()
    expect(latency.look(see([]))).toBeUndefined()
    const sparse = target({
      live: { metrics: 'http://x/m', min_requests: 2, objectives: { latency_p95: '3ms' } },
    })
    const samples = [sample(30, 0, 2), sample(30, 0, 2)]
    expect(latency.look(see(samples, sparse)), 'four requests').toBeUndefined()
  })
  test('error rate: beyond what chance would give', () => {
    expect(errorRate.look(see(many(4, 5, 4)))).toMatchObject({
      detector: 'error_rate',
      evidence: { errors: 16, error_percent: 4 },
    })
    expect(errorRate.look(see(many(4, 5, 0)))).toBeUndefined()
    // A sample a minute, as a Prometheus is read; and many small ones.
    expect(errorRate.look(see(many(5, 5, 3, 90)))).toBeDefined()
    expect(errorRate.look(see(many(60, 5, 3, 90)))).toBeDefined()
  })
  test('error rate: not a stumble of two minutes, however bad', () => {
    expect(errorRate.look(see([...many(3, 5, 0), ...many(2, 5, 50)]))).toBeUndefined()
    expect(errorRate.look(see([...many(36, 5, 0), ...many(24, 5, 50)]))).toBeUndefined()
    expect(errorRate.look(see([...many(12, 5, 0), ...many(48, 5, 3)]))).toBeDefined()
  })
  test('error rate: what is too little', () => {
    expect(errorRate.look(see([sample(5, 2)]))).toBeUndefined()
    expect(wilsonLower(0, 0)).toBe(0)
    expect(wilsonLower(10, 100)).toBeCloseTo(0.0552, 3)
  })
  test('coverage: below the objective', () => {
    const uncovered = [{ path: 'src/a.ts', lines: 12, commits: 9 }]
    const low = { ...see([]), coverage: { commit: 'abcdef1234567890', percent: 60, uncovered } }
    expect(coverage.look(low)).toMatchObject({
      detector: 'coverage',
      rationale: expect.stringMatching(/worth most in src\/a\.ts \(12 lines, 9 commits in 90 days\)/),
      evidence: { uncovered },
      claims: [{ kpi: 'test_coverage', atLeast: 10 }],
    })
    expect(coverage.look({ ...low, coverage: { commit: 'a', percent: 80, uncovered: [] } })).toBeUndefined()
    expect(coverage.look({ ...low, coverage: undefined })).toBeUndefined()
  })
  test('a test is worth most where lines that none executes change often', () => {
    const lines = (hits: number[]) => new Map(hits.map((count, i) => [i + 1, count]))
    const hits = new Map([
      ['src/often.ts', lines([0, 0, 1])],
      ['src/seldom.ts', lines([0, 0, 0, 0, 0])],
      ['src/never.ts', lines(Array(100).fill(0))],
      ['src/covered.ts', lines([1, 1])],
    ])
    const churn = { 'api/src/often.ts': 10, 'api/src/seldom.ts': 2, 'api/src/covered.ts': 50 }
    expect(uncoveredOf(hits, churn, 'api')).toEqual([
      { path: 'api/src/often.ts', lines: 2, commits: 10 },
      { path: 'api/src/seldom.ts', lines: 5, commits: 2 },
    ])
    expect(uncoveredOf(hits, churn)).toEqual([])
  })
  test('the fingerprint is of what makes it the same, not of how bad it is', () => {
    const [a, b] = [latency.look(see(many(4, 30)))!, latency.look(see(many(4, 60)))!]
    expect(fingerprintOf(a)).toBe(fingerprintOf(b))
    expect(fingerprintOf({ ...a, target: 'other' })).not.toBe(fingerprintOf(a))
    expect(fingerprintOf(errorRate.look(see(many(4, 5, 4)))!)).not.toBe(fingerprintOf(a))
  })

  describe('without an objective, by what is usual at this hour', () => {
    const NOW = new Date('2026-03-20T14:00:00Z')
    const bare = target({ live: { metrics: 'http://x/m', min_requests: 50 } })
    const history = Array.from({ length: 14 * 288 }, (_, i) => ({
      at: new Date(NOW.getTime() - (i + 2) * WINDOW_MS),
      requests: 1000,
      errors: 2,
      errorRate: 0.002,
      p95Ms: 100 * (1 + ((i * 7) % 5) / 100),
    }))
    /** Ten minutes, a sample a minute; the older and the newer half. */
    const recent = (...halves: [ms: number, errors: number, requests: number][]) =>
      halves.flatMap(([ms, errors, requests], half) =>
        Array.from({ length: 5 }, (_, i) => ({
          ...sample(ms, errors, requests),
          at: new Date(NOW.getTime() - (9 - half * 5 - i) * 60_000),
          windowMs: 60_000,
        })),
      )
    const look = (detector: Detector, ...halves: [number, number, number][]) =>
      detector.look({ ...NOTHING, target: bare, at: NOW, history, recent: recent(...halves) })

    test('latency that stays a third above for two windows', () => {
      const found = look(latency, [140, 0, 200], [145, 0, 200])!
      expect(found.fields).toEqual({ metric: 'latency_p95' })
      expect(found.evidence).toMatchObject({ days: 14, requests: 2000, usual_ms: expect.closeTo(102, 0) })
      expect(fingerprintOf(found)).toBe(fingerprintOf(latency.look(see(many(4, 30)))!))
    })
    test.each([
      ['one window alone', [100, 0, 200], [145, 0, 200]],
      ['a window that is over', [145, 0, 200], [100, 0, 200]],
      ['a tenth more', [112, 0, 200], [112, 0, 200]],
      ['too few requests', [145, 0, 9], [145, 0, 9]],
    ] as const)('not %s', (_what, older, newer) => {
      expect(look(latency, [...older], [...newer])).toBeUndefined()
    })
    test('errors of a point more, beyond what their count allows', () => {
      expect(look(errorRate, [100, 5, 200], [100, 5, 200])).toMatchObject({
        evidence: { error_percent: 2.5, usual_percent: 0.2 },
        claims: [{ kpi: 'error_rate_reduction', atLeast: 1.15 }],
      })
      expect(look(errorRate, [100, 1, 200], [100, 1, 200])).toBeUndefined()
      expect(look(errorRate, [100, 1, 11], [100, 0, 11])).toBeUndefined()
    })
    test('nothing before there is a history', () => {
      const sight = { ...NOTHING, target: bare, at: NOW, recent: recent([145, 9, 200], [145, 9, 200]) }
      expect(latency.look(sight)).toBeUndefined()
      expect(errorRate.look(sight)).toBeUndefined()
    })
  })
})
