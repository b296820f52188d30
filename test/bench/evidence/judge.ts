// Comparisons as the product makes them, drawn from measured rounds: the planned sets of processes, then two more at a time
// while the verdict is open.
import { targetSchema } from '../../../src/config/schema.ts'
import { shuffled } from '../../../src/sandbox/order.ts'
import { type Plan, roundsWhile } from '../../../src/sandbox/rounds.ts'
import { type KpiResult, kpiVerdict } from '../../../src/trust/kpi.ts'
import type { BenchRound, LoadSet, Measurements } from '../../../src/trust/measurements.ts'
import { DEFAULT_MARGINS, kpiReport } from '../../../src/trust/report.ts'
import { isOpen } from '../../../src/trust/undecided.ts'

export interface Judgement {
  readonly verdict: ReturnType<typeof kpiVerdict>
  /** Improvement in per cent; null where noise hid it. */
  readonly interval: readonly [number, number] | null
  readonly rounds: number
}

const { bench, load } = targetSchema.parse({
  repository: '.',
  bench: { module: 'bench.mjs' },
  load: { rate: 1, requests: ['GET /'] },
})
/** The defaults of grace.yaml, with as much time as there is. */
export const BENCH_PLAN = {
  planned: bench!.rounds,
  most: bench!.max_rounds,
  budget: Number.POSITIVE_INFINITY,
}
export const LOAD_PLAN = { planned: load!.sets, most: load!.max_sets, budget: Number.POSITIVE_INFINITY }
const NOTHING: Measurements = {
  tests: null,
  load: [],
  bench: [],
  coverage: null,
  quality: null,
  security: null,
  lost: {},
  confidence: 0.95,
}

/** `of` one function, from as many rounds as there are, without putting back within one comparison. */
export const judgeBench = (
  all: readonly BenchRound[],
  metric: string,
  random: () => number,
): Promise<Judgement> =>
  judge(
    all.map((round) => ({ ...round, metrics: round.metrics.filter((one) => one.metric === metric) })),
    BENCH_PLAN,
    (bench, confidence) => ({ ...NOTHING, bench, confidence }),
    random,
  )

/** CPU per request. */
export const judgeLoad = (all: readonly LoadSet[], random: () => number): Promise<Judgement> =>
  judge(all, LOAD_PLAN, (load, confidence) => ({ ...NOTHING, load, confidence }), random)

async function judge<T>(
  all: readonly T[],
  plan: Plan,
  measured: (rounds: readonly T[], confidence: number) => Measurements,
  random: () => number,
): Promise<Judgement> {
  const drawn = shuffled(all, random)
  const rowOf = (rounds: readonly T[], confidence: number): KpiResult =>
    kpiReport(measured(rounds, confidence), [], DEFAULT_MARGINS).find(
      (row) => row.kpi === 'performance_improvement',
    )!
  const { rounds, confidence } = await roundsWhile(
    { ...plan, most: Math.min(plan.most, drawn.length) },
    async (i) => ({ round: drawn[i]! }),
    (soFar, confidence) => isOpen(rowOf(soFar, confidence)),
    () => {},
  )
  const row = rowOf(rounds, confidence)
  return {
    verdict: kpiVerdict(row),
    interval: row.lower === null || row.upper === null ? null : [row.lower / 1000, row.upper / 1000],
    rounds: rounds.length,
  }
}
