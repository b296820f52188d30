// The target's bench on the three sides, round by round.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { BenchRound, BySide, RunCost, Side } from '../trust/measurements.ts'
import { type BenchLine, readBench } from './readers/bench-lines.ts'
import type { Receipt, Room } from './room.ts'

export type BenchRun =
  | {
      readonly round: BenchRound
      readonly receipts: readonly { readonly side: Side; readonly receipt: Receipt }[]
    }
  /** Why the candidate gave no result where today's code did. */
  | { readonly lost: string }

/** One round of a bench that is a command: it prints its own figures. `order` is that of the sides. */
export async function runCommand(
  target: Target,
  rooms: BySide<Room>,
  order: readonly Side[],
): Promise<BenchRun> {
  const receipts: { side: Side; receipt: Receipt }[] = []
  const lines: Partial<Record<Side, readonly BenchLine[]>> = {}
  const cost: Partial<Record<Side, RunCost>> = {}
  let lost: string | undefined
  for (const side of order) {
    const receipt = await rooms[side].run({
      command: target.bench!.command!,
      environment: target.environment,
    })
    receipts.push({ side, receipt })
    cost[side] = { cpuMs: receipt.cpuMs, peakBytes: receipt.peakBytes }
    try {
      if (receipt.exit !== 0) throw failedBench(receipt)
      lines[side] = readBench(receipt.stdout)
    } catch (error) {
      // On today's code a bench that does not work measures nothing at all; on the candidate it is a finding.
      if (side !== 'candidate' || !(error instanceof Refusal)) throw error
      lost = `the bench does not work on the candidate: ${error.message}`
    }
  }
  // Only once today's code has shown in this round that the bench does work.
  if (lost !== undefined) return { lost }
  return { round: roundOf(lines as BySide<readonly BenchLine[]>, cost as BySide<RunCost>), receipts }
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
