// Services of the three sides, fresh for each set, under the same requests at the same rate, slice by slice in
// random order: what disturbs the machine disturbs all three (SANDBOX.md 3).
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type BySide, type LoadOfSide, type LoadSet, SIDES, type Side } from '../trust/measurements.ts'
import { percentile } from '../trust/statistics.ts'
import { balancedOrders, requestsOf } from './order.ts'
import type { Receipt, Room, Service, SliceResult } from './room.ts'

const WARM_UP_SLICES = 1

export interface LoadRun {
  readonly set: LoadSet
  readonly receipts: BySide<Receipt>
}

/** One set. Refuses where today's code does not serve; returns why where the candidate does not. */
export async function runLoadSet(
  target: Target,
  rooms: BySide<Room>,
  random: () => number,
  progress: (done: number) => void,
): Promise<LoadRun | { readonly lost: string }> {
  const load = target.load!
  const services: Partial<Record<Side, Service>> = {}
  try {
    // Today's code first: only where it serves is it a finding that the candidate does not.
    for (const side of SIDES) {
      try {
        services[side] = await rooms[side].serve(target)
      } catch (error) {
        if (side !== 'candidate' || !(error instanceof Refusal)) throw error
        return { lost: `the service does not start on the candidate: ${error.message}` }
      }
    }
    const running = services as BySide<Service>
    const seen: Record<Side, { slices: SliceResult[]; cpuPerRequest: number[] }> = {
      baseline: { slices: [], cpuPerRequest: [] },
      control: { slices: [], cpuPerRequest: [] },
      candidate: { slices: [], cpuPerRequest: [] },
    }
    const total = WARM_UP_SLICES + load.slices
    const orders = balancedOrders(SIDES, load.slices, random)
    for (let i = 0; i < total; i++) {
      const count = Math.max(1, Math.round((load.rate * load.slice) / 1000))
      const requests = requestsOf(load.requests, count, random)
      for (const side of orders[i - WARM_UP_SLICES] ?? SIDES) {
        const before = running[side].cpuMicros()
        const slice = await running[side].load({ rate: load.rate, durationMs: load.slice, requests })
        const spent = running[side].cpuMicros() - before
        if (i < WARM_UP_SLICES) continue
        seen[side].slices.push(slice)
        seen[side].cpuPerRequest.push(Math.max(1, spent) / count)
      }
      progress((i + 1) / total)
    }
    const receipts = {
      baseline: await running.baseline.stop(),
      control: await running.control.stop(),
      candidate: await running.candidate.stop(),
    }
    const of = (side: Side): LoadOfSide => {
      const latencies = seen[side].slices.flatMap((slice) => slice.latencies)
      return {
        cpuPerRequest: seen[side].cpuPerRequest,
        p50Ms: percentile(latencies, 0.5),
        p95Ms: percentile(latencies, 0.95),
        p99Ms: percentile(latencies, 0.99),
        p95PerSlice: seen[side].slices.map((slice) => percentile(slice.latencies, 0.95)),
        peakBytes: receipts[side].peakBytes,
        requests: latencies.length,
        failed: seen[side].slices.flatMap((slice) => slice.failed).filter(Boolean).length,
      }
    }
    return {
      set: {
        sides: { baseline: of('baseline'), control: of('control'), candidate: of('candidate') },
        discordant: discordant(seen.baseline.slices, seen.candidate.slices),
      },
      receipts,
    }
  } finally {
    await Promise.all(Object.values(services).map((service) => service.stop()))
  }
}

function discordant(baseline: readonly SliceResult[], candidate: readonly SliceResult[]) {
  let [baselineOnly, candidateOnly] = [0, 0]
  for (const [i, slice] of baseline.entries())
    for (const [j, failed] of slice.failed.entries()) {
      const other = candidate[i]?.failed[j] ?? true
      if (failed && !other) baselineOnly++
      if (!failed && other) candidateOnly++
    }
  return { baselineOnly, candidateOnly }
}
