// Before and after, as they were measured: what a chart shows.
import type { BySide, LoadSet, Measurements, RunCost } from '../trust/measurements.ts'
import { median } from '../trust/statistics.ts'

export interface Comparison {
  readonly name: string
  readonly unit: string
  readonly before: number
  readonly after: number
  readonly better: 'lower' | 'higher'
}

const MB = 1024 * 1024
/** Less is the shell's, and seen by chance. */
const LEAST_MB = 4
const bothOf = <T>(rounds: readonly BySide<T>[], of: (one: T) => number): [number, number] => [
  median(rounds.map((sides) => of(sides.baseline))),
  median(rounds.map((sides) => of(sides.candidate))),
]

/** `body` is the evidence's own; what it does not have is not drawn. */
export function comparisonsOf(body: unknown): Comparison[] {
  const measured = (body as { measurements?: Measurements } | undefined)?.measurements
  if (!measured) return []
  const found: Comparison[] = []
  const add = (
    name: string,
    unit: string,
    [before, after]: [number, number],
    better: Comparison['better'],
  ) => {
    if (Number.isFinite(before) && Number.isFinite(after)) found.push({ name, unit, before, after, better })
  }
  const addMemory = ([before, after]: [number, number]): void => {
    if (before >= LEAST_MB) add('Peak memory', 'MB', [before, after], 'lower')
  }
  const load = measured.load.map((set: LoadSet) => set.sides)
  if (load.length > 0) {
    add(
      'p95 latency',
      'ms',
      bothOf(load, (side) => side.p95Ms),
      'lower',
    )
    add(
      'CPU per request',
      'ms',
      bothOf(load, (side) => median(side.cpuPerRequest) / 1000),
      'lower',
    )
    addMemory(bothOf(load, (side) => side.peakBytes / MB))
  } else if (measured.bench.length > 0) {
    const [first] = measured.bench[0]!.metrics
    const of = (side: 'baseline' | 'candidate') =>
      median(measured.bench.map((round) => round.metrics[0]?.values[side] ?? Number.NaN))
    if (first) add(first.metric, first.unit, [of('baseline'), of('candidate')], first.better)
    const costs = measured.bench.map((round) => round.cost)
    addMemory(bothOf(costs, (cost: RunCost) => cost.peakBytes / MB))
  }
  const { coverage } = measured
  if (coverage?.baseline != null && coverage.candidate != null)
    add('Coverage', '%', [coverage.baseline, coverage.candidate], 'higher')
  return found
}
