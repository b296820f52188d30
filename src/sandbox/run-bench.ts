// The target's bench on the three sides, interleaved round by round.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type BenchRound, type BySide, type RunCost, SIDES, type Side } from '../trust/measurements.ts'
import { shuffled } from './order.ts'
import { type BenchLine, readBenchLines } from './readers/bench-lines.ts'
import type { Receipt, Room } from './room.ts'

export interface BenchRuns {
  readonly rounds: readonly BenchRound[]
  readonly lost: string | undefined
  readonly receipts: readonly { readonly side: Side; readonly receipt: Receipt }[]
}

export async function runBench(
  target: Target,
  rooms: BySide<Room>,
  random: () => number,
  progress: (done: number) => void,
): Promise<BenchRuns> {
  const rounds: BenchRound[] = []
  const receipts: { side: Side; receipt: Receipt }[] = []
  const { command, rounds: count } = target.bench!
  for (let i = 0; i < count; i++) {
    const lines: Partial<Record<Side, readonly BenchLine[]>> = {}
    const cost: Partial<Record<Side, RunCost>> = {}
    let lost: string | undefined
    for (const side of shuffled(SIDES, random)) {
      const receipt = await rooms[side].run({ command, environment: target.environment })
      receipts.push({ side, receipt })
      cost[side] = { cpuMs: receipt.cpuMs, peakBytes: receipt.peakBytes }
      try {
        if (receipt.exit !== 0) throw failedBench(receipt)
        lines[side] = readBenchLines(receipt.stdout)
      } catch (error) {
        // On today's code a bench that does not work measures nothing at all; on the candidate it is a finding.
        if (side !== 'candidate' || !(error instanceof Refusal)) throw error
        lost = `the bench does not work on the candidate: ${error.message}`
      }
    }
    // Only once today's code has shown in this round that the bench does work.
    if (lost !== undefined) return { rounds: [], lost, receipts }
    rounds.push(roundOf(lines as BySide<readonly BenchLine[]>, cost as BySide<RunCost>))
    progress((i + 1) / count)
  }
  return { rounds, lost: undefined, receipts }
}

const failedBench = (receipt: Receipt): Refusal =>
  new Refusal(
    'invalid',
    'bench_failed',
    `The bench ended with ${receipt.ended === 'exit' ? `exit ${receipt.exit}` : receipt.ended}: ${receipt.output.trim().slice(-300)}`,
    'Check bench.command in grace.yaml; it is run in the sandbox, without a network.',
  )

function roundOf(lines: BySide<readonly BenchLine[]>, cost: BySide<RunCost>): BenchRound {
  return {
    cost,
    metrics: lines.baseline.map(({ metric, unit, better }) => {
      const on = (side: Side) => lines[side].find((line) => line.metric === metric)?.value ?? null
      return {
        metric,
        unit,
        better,
        values: { baseline: on('baseline'), control: on('control'), candidate: on('candidate') },
      }
    }),
  }
}
