import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pAbove, shiftOf, unlikelyRun } from '../../../src/monitoring/ranks.ts'

test('Mann–Whitney: a worked example, and ties', () => {
  // U = 22 of 5 × 5; z = (22 - 12.5 - 0.5) / sqrt(25 · 11 / 12) = 1.880.
  expect(pAbove([1, 2, 3, 4, 7.5], [5, 6, 7, 8, 9])).toBeCloseTo(0.0301, 3)
  expect(pAbove([1, 1, 1], [1, 1, 1])).toBe(1)
  expect(pAbove([], [1])).toBe(1)
})

test('Hodges–Lehmann finds a shift whatever the order, and its bound is above it', () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 5, maxLength: 20 })
  fc.assert(
    fc.property(values, fc.double({ min: -100, max: 100, noNaN: true }), (before, by) => {
      const after = before.map((value) => value + by).reverse()
      const { estimate, upper } = shiftOf(before, after, 2.576)
      expect(estimate).toBeCloseTo(by, 6)
      expect(upper).toBeGreaterThanOrEqual(estimate)
    }),
  )
})

test('a run above all of before is unlikely enough: 1 / C(m + r, r) ≤ 1 / 1000', () => {
  expect([5, 10, 12, 20].map(unlikelyRun)).toEqual([8, 4, 4, 3])
})
