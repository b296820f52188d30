// Figures from a real Prometheus: what it counted, what it knew before, and what is no figure.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveSource } from '../../adapters/metrics/live-source.ts'
import { freePort } from '../../adapters/sandbox/service.ts'
import { configOf } from '../../src/config/config.ts'
import { keepHistory, WINDOW_MS } from '../../src/monitoring/history.ts'
import type { Live } from '../../src/monitoring/live-source.ts'
import { trafficOf } from '../../src/monitoring/samples.ts'
import { freshDatabase } from '../support/database.ts'
import { HAS_PROMETHEUS, type PrometheusServer, startPrometheus } from '../support/prometheus.ts'

const MINUTE = 60_000
const HOURS = 30
/** Ten requests a minute of 40 ms, one of them failed, until an hour ago. */
const END = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE - 60 * MINUTE

function openMetrics(): string {
  const times = Array.from({ length: HOURS * 60 }, (_, i) => ({
    i,
    at: (END - (HOURS * 60 - i) * MINUTE) / 1000,
  }))
  const family = (name: string, labels: string, value: (i: number) => number) =>
    times.map(({ i, at }) => `${name}{job="shop"${labels}} ${value(i)} ${at}`)
  return [
    '# TYPE http_requests counter',
    ...family('http_requests_total', ',status="200"', (i) => 9 * i),
    ...family('http_requests_total', ',status="503"', (i) => i),
    '# TYPE http_request_duration_seconds histogram',
    ...family('http_request_duration_seconds_bucket', ',le="0.025"', () => 0),
    ...family('http_request_duration_seconds_bucket', ',le="0.05"', (i) => 10 * i),
    ...family('http_request_duration_seconds_bucket', ',le="+Inf"', (i) => 10 * i),
    '# EOF',
    '',
  ].join('\n')
}

describe.skipIf(!HAS_PROMETHEUS)('a Prometheus', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grace-prometheus-'))
  let server: PrometheusServer
  const live = (prometheus: object): Live =>
    configOf('contract', {
      parliament: { members: [{ id: 'ada' }] },
      targets: { shop: { repository: '.', live: { prometheus: { url: server.url, ...prometheus } } } },
    }).targets.get('shop')!.live!
  const read = (prometheus: object, since = new Date(END - 10 * MINUTE), now = new Date(END - MINUTE)) =>
    liveSource.read(live(prometheus), 'live', since, now)
  const SHOP = { selector: 'job="shop"' }

  beforeAll(async () => {
    server = await startPrometheus(directory, {}, { history: openMetrics() })
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  test('says what was counted since it was read, once each minute', async () => {
    const reading = await read(SHOP)
    const samples = 'samples' in reading ? reading.samples : []
    expect(samples.map(({ at }) => at.getTime())).toEqual(
      Array.from({ length: 9 }, (_, i) => END - (9 - i) * MINUTE),
    )
    expect(trafficOf(samples)).toMatchObject({ requests: 90, errors: 9, seconds: 540 })
    expect(trafficOf(samples).p95Ms).toBeCloseTo(48.75, 1)
  })
  test('knows what was before Grace was there', async () => {
    const past = await liveSource.past(live(SHOP), new Date(END - 24 * 60 * MINUTE), new Date(END), WINDOW_MS)
    expect(past.length).toBe((24 * 60) / 5)
    for (const { requests, errors } of past.slice(0, -1)) expect([requests, errors]).toEqual([50, 5])
  })
  test('gives two weeks of history once, all or nothing; then it is what Grace saw itself', async () => {
    const db = await freshDatabase()
    try {
      const keep = (prometheus: object) => keepHistory(db.app, liveSource, 'shop', live(prometheus))
      const kept = () =>
        db.superuser`select at, requests, errors, error_rate, p95_ms from grace.history order by at`
      await expect(keep({ ...SHOP, latency: 'broken[$window' })).rejects.toMatchObject({
        code: 'metrics_unreadable',
      })
      expect(await kept()).toHaveLength(0)
      await keep(SHOP)
      const first = await kept()
      expect(first.length).toBeGreaterThanOrEqual(HOURS * 12 - 1)
      expect(first[100]).toMatchObject({ requests: 50, errors: 5, error_rate: 0.1 })
      expect(first[100]!.p95_ms).toBeCloseTo(48.75, 1)
      const at = new Date(Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS - MINUTE)
      await db.app.transact(({ samples }) =>
        samples.add('shop', { at, windowMs: MINUTE, requests: 7, errors: 0, buckets: { '+Inf': 7 } }),
      )
      await keep(SHOP)
      await keep(SHOP)
      expect((await kept()).slice(first.length)).toMatchObject([{ requests: 7, errors: 0 }])
    } finally {
      await db.drop()
    }
  })
  test('takes PromQL of one’s own', async () => {
    const reading = await read({
      ...SHOP,
      requests: 'sum(increase(http_requests_total{status="200"}[$window]))',
      errors: 'vector(0) * sum(increase(http_requests_total[$window]))',
    })
    expect(trafficOf('samples' in reading ? reading.samples : [])).toMatchObject({ requests: 81, errors: 0 })
  })
  test.each([
    ['nothing of that name', { selector: 'job="nobody"' }, /has had no figures of the service since/],
    ['no PromQL', { selector: 'job=' }, /parse error/],
    [
      'series that are not summed',
      { requests: 'increase(http_requests_total[$window])' },
      /gave 2 series.*sum them/,
    ],
    [
      'buckets by more than le',
      { latency: 'increase(http_request_duration_seconds_bucket[$window])' },
      /other labels than le/,
    ],
    [
      'what is no count',
      { requests: 'sum(increase(http_requests_total[$window])) / 0' },
      /"\+Inf", which is no count/,
    ],
    ['what is not a number', { requests: 'sum(increase(http_requests_total[$window])) * NaN' }, /"NaN"/],
    [
      'a token that is not there',
      { token_file: '/nowhere' },
      /token_file \/nowhere can't be read \(ENOENT\)/,
    ],
  ])('%s is refused with what to mend', async (_what, prometheus, message) => {
    await expect(read({ ...SHOP, ...prometheus })).rejects.toMatchObject({
      code: 'metrics_unreadable',
      message: expect.stringMatching(message),
    })
  })
  test('that is away is no traffic of zero', async () => {
    await expect(read({ ...SHOP, url: `http://127.0.0.1:${await freePort()}` })).rejects.toMatchObject({
      code: 'metrics_unreadable',
      message: expect.stringMatching(/no connection/),
    })
  })
})
