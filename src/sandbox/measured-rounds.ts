// Bench and load of the three sides, in rounds that are added while a verdict is open.
import type { Target } from '../config/config.ts'
import { type BenchRound, type BySide, type LoadSet, SIDES, type Side } from '../trust/measurements.ts'
import { balancedOrders } from './order.ts'
import type { Receipt, Room } from './room.ts'
import { type Rounds, roundsWhile } from './rounds.ts'
import { runCommand } from './run-bench.ts'
import { runLoadSet } from './run-load.ts'
import { type Calls, runSlices } from './run-slices.ts'

export interface Watching<T> {
  isUndecided(rounds: readonly T[], confidence: number): boolean
  progress(done: number): void
  note(of: readonly { readonly side: Side; readonly receipt: Receipt }[]): void
}
const NONE = { rounds: [], lost: undefined, confidence: 0.95 }

export async function runBench(
  target: Target,
  rooms: BySide<Room>,
  random: () => number,
  { isUndecided, progress, note }: Watching<BenchRound>,
): Promise<Rounds<BenchRound>> {
  const { bench } = target
  if (!bench) return NONE
  const orders = balancedOrders(SIDES, bench.max_rounds, random)
  const calls: Calls = new Map()
  return roundsWhile(
    { planned: bench.rounds, most: bench.max_rounds, budget: bench.budget },
    async (i, share) => {
      const run = bench.module
        ? await runSlices(target, rooms, random, calls, share)
        : await runCommand(target, rooms, orders[i]!)
      if ('round' in run) note(run.receipts)
      return run
    },
    isUndecided,
    progress,
  )
}

export async function runLoad(
  target: Target,
  rooms: BySide<Room>,
  random: () => number,
  { isUndecided, progress, note }: Watching<LoadSet>,
): Promise<Rounds<LoadSet>> {
  if (!target.load) return NONE
  const { sets: planned, max_sets: most, budget } = target.load
  return roundsWhile(
    { planned, most, budget },
    async (_i, share) => {
      const run = await runLoadSet(target, rooms, random, share)
      if ('lost' in run) return run
      note([{ side: 'candidate', receipt: run.receipts.candidate }])
      return { round: run.set }
    },
    isUndecided,
    progress,
  )
}
