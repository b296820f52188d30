import { expect, test } from 'vitest'
import { chartText } from '../../../adapters/chart/chart-text.ts'
import { colourOf, drawChart } from '../../../adapters/chart/draw.ts'
import type { Comparison } from '../../../src/cards/comparison.ts'
import { sampleCards } from '../../support/cards.ts'

const one = (more: Partial<Comparison> = {}): Comparison => ({
  name: 'p95 latency',
  unit: 'ms',
  before: 10,
  after: 5,
  better: 'lower',
  ...more,
})
const WILD: readonly Comparison[] = [
  one({ name: '<script>&"'.repeat(300), unit: 'x'.repeat(99) }),
  one({ before: 0, after: 0 }),
  one({ before: 1e300, after: -1e300 }),
  one({ before: Number.NaN, after: 1 }),
  one({ name: '', unit: '', before: 1e-9, after: 0 }),
]

test.each([
  ['none', []],
  ['one', [one()]],
  ['three', sampleCards().voting.chart],
  ['wild ones', WILD],
] as const)('the picture of %s is a PNG of a phone’s size, below 60 kB', async (_, comparisons) => {
  const png = await drawChart(comparisons, 'M-12: before and after <&>'.repeat(20))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect(png.length).toBeLessThan(60_000)
  expect(png.readUInt32BE(16)).toBeLessThanOrEqual(900)
  expect(png.readUInt32BE(20)).toBeLessThanOrEqual(440)
})

test('a colour never claims more than was measured', () => {
  const [better, worse, equal] = [one(), one({ after: 12 }), one({ after: 10.1 })].map((one) => colourOf(one))
  expect(new Set([better, worse, equal]).size).toBe(3)
  expect(colourOf(one({ after: 12, better: 'higher' }))).toBe(better)
  expect(colourOf(one({ before: 0, after: 0 }))).toBe(equal)
})

test('says in words what is drawn', () => {
  expect(chartText(sampleCards().voting.chart)).toBe(
    'p95 latency 14.2 ms → 1.1 ms, CPU per request 11.7 ms → 0.908 ms, Peak memory 71.4 MB → 72.3 MB',
  )
})
