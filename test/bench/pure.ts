import { randomBytes } from 'node:crypto'
import { CompactRange, leafHash } from '../../src/ledger/merkle.ts'
import { KPIS, type KpiResult } from '../../src/trust/kpi.ts'
import { median } from '../../src/trust/statistics.ts'
import { FAMILIES, type ScoredCheck, trustOf } from '../../src/trust/trust.ts'
import type { BenchResult, Plan } from './bench.ts'

const timed = (times: number, run: () => unknown): number => {
  const begun = performance.now()
  for (let i = 0; i < times; i++) run()
  return ((performance.now() - begun) * 1000) / times
}
const inTurns = (rounds: number, a: () => number, b: () => number): [number, number] => {
  const [as, bs]: [number[], number[]] = [[], []]
  for (let i = 0; i < rounds; i++) {
    as.push(a())
    bs.push(b())
  }
  return [median(as), median(bs)]
}

/** Exact trust with its waterfall, against serializing the same report: what a card costs anyway. */
export async function trustScore({ rounds }: Plan): Promise<BenchResult> {
  const report = KPIS.map(
    (kpi, i): KpiResult => ({
      kpi,
      measured: true,
      baselineMeasured: true,
      raw: i,
      lower: -i * 700,
      upper: 900,
      claim: null,
      margin: 2_000,
      resolution: null,
      note: '',
    }),
  )
  const checks = FAMILIES.flatMap((family): ScoredCheck[] =>
    Array.from({ length: 6 }, (_, i) => ({ id: `${family}.${i}`, family, verdict: 'pass' })),
  )
  const [value, reference] = inTurns(
    rounds,
    () => timed(200, () => trustOf(report, checks)),
    () => timed(200, () => JSON.stringify({ report, checks })),
  )
  return { id: 'trust-score', value, unit: 'µs', reference, aim: 5 }
}

/** The tree's root over 10,000 leaves, against hashing the leaves alone. */
export async function ledgerRoot({ rounds }: Plan): Promise<BenchResult> {
  const leaves = Array.from({ length: 10_000 }, () => randomBytes(300))
  const [value, reference] = inTurns(
    Math.min(rounds, 9),
    () =>
      timed(1, () => {
        const range = new CompactRange()
        for (const leaf of leaves) range.append(leafHash(leaf))
        return range.root()
      }),
    () => timed(1, () => leaves.map(leafHash)),
  )
  return { id: 'ledger-root', value, unit: 'µs', reference, aim: 4 }
}
