import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hodgesLehmann,
  intervalPercentLess,
  meanInterval,
  median,
  pairedPoints,
  percentile,
  resolvable,
} from '../../../src/trust/statistics.ts'

test('median and nearest-rank percentile', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10)
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.5)).toBe(5)
})

test('Hodges–Lehmann is the median of pairwise means, and hardly moves with one outlier', () => {
  expect(hodgesLehmann([1, 2, 3])).toBe(2)
  expect(hodgesLehmann([1, 1, 1, 1, 1, 1, 1, 1, 1, 1000])).toBe(1)
})

test('the t interval of a textbook sample', () => {
  // mean 5, s = 2, n = 4, t(0.975, 3) = 3.1824: 5 ± 3.1824 · 2 / 2 for a sample with exactly that s.
  const s = Math.sqrt(3)
  const interval = meanInterval([5 - s, 5 + s, 5 - s, 5 + s])!
  expect(interval.estimate).toBeCloseTo(5)
  expect(interval.upper - 5).toBeCloseTo(3.1824, 3)
  expect(meanInterval([1])).toBeUndefined()
  expect(meanInterval([1, Number.NaN])).toBeUndefined()
})

test('the 95 % interval holds the truth about 95 times of 100', () => {
  // Sums of uniforms are near enough to normal for this.
  let state = 12345
  const uniform = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
  const normal = () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6)
  const held = Array.from(
    { length: 4_000 },
    () => meanInterval(Array.from({ length: 5 }, () => 10 + normal()))!,
  ).filter((i) => i.lower <= 10 && i.upper >= 10)
  expect(held.length / 4_000).toBeGreaterThan(0.935)
  expect(held.length / 4_000).toBeLessThan(0.965)
})

test('a log ratio as per cent less changes its ends', () => {
  const less = intervalPercentLess({ estimate: Math.log(0.9), lower: Math.log(0.8), upper: Math.log(1.1) })
  expect(less.estimate).toBeCloseTo(10)
  expect(less.lower).toBeCloseTo(-10)
  expect(less.upper).toBeCloseTo(20)
})

test('what a run could not tell from nothing is the far end of its A/A interval', () => {
  expect(resolvable({ estimate: 1, lower: -2, upper: 4 })).toBe(4)
  expect(resolvable({ estimate: -1, lower: -5, upper: 3 })).toBe(5)
})

describe('paired failures', () => {
  test('are exactly nothing where no pair disagrees, and the rule of three says what could hide', () => {
    expect(pairedPoints({ baselineOnly: 0, candidateOnly: 0 }, 1_000)).toMatchObject({
      estimate: 0,
      lower: 0,
      upper: 0,
      atBest: 0.3,
    })
  })
  test('count against the side that failed alone', () => {
    const worse = pairedPoints({ baselineOnly: 0, candidateOnly: 20 }, 1_000)!
    expect(worse.estimate).toBe(-2)
    expect(worse.upper).toBeLessThan(-1)
    const better = pairedPoints({ baselineOnly: 20, candidateOnly: 0 }, 1_000)!
    expect(better.lower).toBeGreaterThan(1)
  })
  test('say nothing of no requests', () => {
    expect(pairedPoints({ baselineOnly: 0, candidateOnly: 0 }, 0)).toBeUndefined()
  })
  test('hold their estimate inside their interval', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (b, c) => {
        const interval = pairedPoints({ baselineOnly: b, candidateOnly: c }, 500)!
        expect(interval.lower).toBeLessThanOrEqual(interval.estimate + 1e-9)
        expect(interval.upper).toBeGreaterThanOrEqual(interval.estimate - 1e-9)
      }),
    )
  })
})
