// What detectors find by a real Prometheus that scrapes the demo: within three looks, one mission each.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, newHome, type Running, startGrace } from '../support/grace.ts'
import { HAS_PROMETHEUS, type PrometheusServer, startPrometheus } from '../support/prometheus.ts'
import { type SlowedDemo, startSlowedDemo } from '../support/slowed-demo.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'

const INTERVAL_MS = 8_000

describe.skipIf(!HAS_PROMETHEUS)('by a Prometheus', () => {
  let [home, demo, server, small, grace] = [] as unknown as [
    Home,
    SlowedDemo,
    PrometheusServer,
    SmallTarget,
    Running,
  ]
  beforeAll(async () => {
    home = newHome()
    demo = await startSlowedDemo()
    server = await startPrometheus(home.path, { demo: demo.port })
    small = await smallTarget(home.path, {
      target: {
        live: {
          prometheus: { url: server.url, selector: 'job="demo"' },
          scrape: '2s',
          every: '8s',
          window: '8s',
          objectives: { latency_p95: '60ms', error_rate: '1%' },
        },
      },
    })
    grace = await startGrace(home, undefined, [])
  }, 120_000)
  afterAll(async () => {
    await grace?.stop()
    await small?.close()
    await server?.stop()
    demo?.stop()
    home?.remove()
  })
  const detected = () => grace.lines.filter((line) => line.includes('🔍 Detected'))

  test('a latency 30 % higher and 2 % of errors are found within three intervals, one mission each', async () => {
    await sleep(2.5 * INTERVAL_MS)
    expect(detected(), 'nothing is wrong').toEqual([])
    demo.is({ ms: 52, failEvery: 0 })
    await grace.saw(/🔍 Detected: p95 of shop is .* ms, its objective is 60 ms/, 3 * INTERVAL_MS)
    demo.is({ ms: 40, failEvery: 50 })
    await grace.saw(/🔍 Detected: (?:2|1\.\d+|2\.\d+) % of \d+ requests to shop fail/, 3 * INTERVAL_MS)
    await sleep(1.5 * INTERVAL_MS)
    expect(detected()).toHaveLength(2)
    const { body } = await grace.api<{ findings: { detector: string; becomes: string; why: string }[] }>(
      'GET',
      '/mission-control/targets/shop/findings',
    )
    expect(body.findings).toMatchObject([
      { detector: 'error_rate', becomes: 'seen', why: expect.stringMatching(/^M-\d+ is about it/) },
    ])
  })
})
