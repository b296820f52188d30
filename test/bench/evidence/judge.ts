// Comparisons as the product makes them, drawn from measured rounds: five fresh sets of processes, then two more at a time
// while the verdict is open, up to twelve.
import { shuffled } from '../../../src/sandbox/order.ts'
import { roundsWhile } from '../../../src/sandbox/rounds.ts'
import { type KpiResult, kpiVerdict } from '../../../src/trust/kpi.ts'
import type { BenchRound } from '../../../src/trust/measurements.ts'
import { DEFAULT_MARGINS, kpiReport } from '../../../src/trust/report.ts'
import { isOpen } from '../../../src/trust/undecided.ts'

export interface Judgement {
  readonly verdict: ReturnType<typeof kpiVerdict>
  /** Improvement in per cent; null where noise hid it. */
  readonly interval: readonly [number, number] | null
  readonly rounds: number
}

const PLAN = { planned: 5, most: 12, budget: Number.POSITIVE_INFINITY }

/** `of` one function, from as many rounds as there are, without putting back within one comparison. */
export async function judge(
  all: readonly BenchRound[],
  metric: string,
  random: () => number,
): Promise<Judgement> {
  const drawn = shuffled(all, random).map((round) => ({
    ...round,
    metrics: round.metrics.filter((one) => one.metric === metric),
  }))
  const rowOf = (rounds: readonly BenchRound[], confidence: number): KpiResult =>
    kpiReport(
      {
        tests: null,
        load: [],
        coverage: null,
        quality: null,
        security: null,
        lost: {},
        bench: rounds,
        confidence,
      },
      [],
      DEFAULT_MARGINS,
    ).find((row) => row.kpi === 'performance_improvement')!
  const { rounds, confidence } = await roundsWhile(
    { ...PLAN, most: Math.min(PLAN.most, drawn.length) },
    async (i) => ({ round: drawn[i]! }),
    (so_far, confidence) => isOpen(rowOf(so_far, confidence)),
    () => {},
  )
  const row = rowOf(rounds, confidence)
  return {
    verdict: kpiVerdict(row),
    interval: row.lower === null || row.upper === null ? null : [row.lower / 1000, row.upper / 1000],
    rounds: rounds.length,
  }
}
