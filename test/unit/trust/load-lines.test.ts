import { expect, test } from 'vitest'
import { loadLines } from '../../../src/trust/load-lines.ts'
import type { LoadOfSide, LoadSet } from '../../../src/trust/measurements.ts'

const side = (p95Ms: number, failed = 0): LoadOfSide => ({
  cpuPerRequest: [900, 1_100],
  p50Ms: p95Ms / 2,
  p95Ms,
  p99Ms: p95Ms * 2,
  p95PerSlice: [p95Ms],
  peakBytes: 64 * 1024 ** 2,
  requests: 100,
  failed,
})
const set = (before: number, after: number, failed = 0): LoadSet => ({
  sides: { baseline: side(before), control: side(before), candidate: side(after, failed) },
  discordant: { baselineOnly: 0, candidateOnly: failed },
})

test('both sides, each the median of its sets, with all requests', () => {
  expect(loadLines([set(10, 5), set(12, 6, 2), set(30, 7)])).toEqual([
    'load, today: p50 6.0 ms, p95 12.0 ms, p99 24.0 ms; CPU 1.00 ms per request; 0 of 300 failed; peak 64 MB',
    'load, change: p50 3.0 ms, p95 6.0 ms, p99 12.0 ms; CPU 1.00 ms per request; 2 of 300 failed; peak 64 MB',
  ])
  expect(loadLines([])).toEqual([])
})
