// What a chart shows of the evidence, before and after.
import { expect, test } from 'vitest'
import { comparisonsOf } from '../../../src/cards/comparison.ts'
import type { BenchRound, LoadSet, Measurements } from '../../../src/trust/measurements.ts'

const MB = 1024 * 1024
const sides = <T>(baseline: T, candidate: T) => ({ baseline, control: baseline, candidate })
const side = (p95Ms: number, cpu: number, mb: number) => ({
  cpuPerRequest: [cpu],
  p50Ms: p95Ms / 2,
  p95Ms,
  p99Ms: p95Ms * 2,
  p95PerSlice: [p95Ms],
  peakBytes: mb * MB,
  requests: 10,
  failed: 0,
})
const set: LoadSet = {
  sides: sides(side(14, 9_000, 70), side(1, 900, 72)),
  discordant: { baselineOnly: 0, candidateOnly: 0 },
}
const round = (mb: number): BenchRound => ({
  metrics: [{ metric: 'look-up', unit: 'µs', better: 'lower', values: sides(400, 4) }],
  cost: sides({ cpuMs: 1, peakBytes: mb * MB }, { cpuMs: 1, peakBytes: 2 * mb * MB }),
})
const shown = (over: Partial<Measurements>) =>
  comparisonsOf({ measurements: { load: [], bench: [], coverage: null, ...over } }).map(
    ({ name, before, after }) => [name, before, after],
  )

test('a service under load: its own memory, also where there is a bench beside it', () => {
  const service = [
    ['p95 latency', 14, 1],
    ['CPU per request', 9, 0.9],
    ['Peak memory', 70, 72],
  ]
  expect(shown({ load: [set] })).toEqual(service)
  expect(shown({ load: [set], bench: [round(30)] })).toEqual(service)
})
test('a bench without a service: its first metric and its memory', () => {
  expect(shown({ bench: [round(30)] })).toEqual([
    ['look-up', 400, 4],
    ['Peak memory', 30, 60],
  ])
})
test('memory of less than 4 MB is not drawn, coverage is, and nothing measured is nothing', () => {
  expect(shown({ bench: [round(1)], coverage: { baseline: 80, candidate: 85, changedLines: null } })).toEqual(
    [
      ['look-up', 400, 4],
      ['Coverage', 80, 85],
    ],
  )
  expect(comparisonsOf({})).toEqual([])
})
