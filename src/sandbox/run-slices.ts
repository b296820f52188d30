// The functions of a bench module, called a few milliseconds at a time in processes that stay, the three sides in turn
// (SANDBOX.md 3, "sliced interleaving"): what disturbs the machine disturbs all three. One fresh set of processes is a
// round; its figure is the Hodges–Lehmann estimate over its slices. CPU time is read outside of the sandbox.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type BenchRound, type BySide, type RunCost, SIDES, type Side } from '../trust/measurements.ts'
import { hodgesLehmann, median } from '../trust/statistics.ts'
import { balancedOrders } from './order.ts'
import type { Conversation, Receipt, Room } from './room.ts'
import type { BenchRun } from './run-bench.ts'

const WARM_UP_SLICES = 12
const SLICE_MICROS = 25_000
const LONGEST_ANSWER_MS = 60_000
/** So many rounds of whole slices to each with a half one. */
const WHOLE_TO_A_HALF = 4
const MOST_CALLS = 2 ** 30
const MOST_SEED = 2 ** 30

/** How often each function is called in a slice, found once on today's code. */
export type Calls = Map<string, number>

export async function runSlices(
  target: Target,
  rooms: BySide<Room>,
  random: () => number,
  calls: Calls,
  progress: (done: number) => void,
): Promise<BenchRun> {
  const { module, slices } = target.bench!
  // The same for all three, another one each round: what luck with hashes does is not taken for the change's.
  const seed = 1 + Math.floor(random() * MOST_SEED)
  if (calls.size === 0) await calibrate(target, rooms.baseline, calls, seed)
  const talks: Partial<Record<Side, Conversation>> = {}
  try {
    for (const side of SIDES) {
      const names = await rooms[side].converse(target, seed).then(
        (talk) => {
          talks[side] = talk
          return functionsOf(talk, module!)
        },
        (error: unknown) => {
          if (error instanceof Refusal) return { failed: error.message }
          throw error
        },
      )
      if (Array.isArray(names)) {
        const gone = [...calls.keys()].find((name) => !names.includes(name))
        if (gone === undefined) continue
        return { lost: `the bench does not work on the candidate: it has no function "${gone}"` }
      }
      if (side !== 'candidate') throw unusable(names.failed)
      return { lost: `the bench does not work on the candidate: ${names.failed}` }
    }
    const running = talks as BySide<Conversation>
    const metrics: BenchRound['metrics'][number][] = []
    for (const [i, [name, times]] of [...calls].entries()) {
      const micros = await slicesOf(running, name, times, slices, random)
      if ('lost' in micros) return micros
      metrics.push({ metric: name, unit: 'µs CPU', better: 'lower', values: figuresOf(micros.of, times) })
      progress((i + 1) / calls.size)
    }
    const receipts = await stopped(running)
    const cost = (side: Side): RunCost => ({
      cpuMs: receipts[side].cpuMs,
      peakBytes: receipts[side].peakBytes,
    })
    return {
      round: {
        metrics,
        cost: { baseline: cost('baseline'), control: cost('control'), candidate: cost('candidate') },
      },
      receipts: SIDES.map((side) => ({ side, receipt: receipts[side] })),
    }
  } finally {
    await Promise.all(Object.values(talks).map((talk) => talk.stop()))
  }
}

const stopped = async (running: BySide<Conversation>): Promise<BySide<Receipt>> => ({
  baseline: await running.baseline.stop(),
  control: await running.control.stop(),
  candidate: await running.candidate.stop(),
})

const unusable = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'bench_failed',
    `The bench does not work on today's code: ${why}`,
    'Check bench.module in grace.yaml, or the bench that the change brings: a module in the repository that exports functions without arguments, and runs on today’s code.',
  )

/** In a process of its own: one that has run more than the others is warmer than they are. */
async function calibrate(target: Target, room: Room, calls: Calls, seed: number): Promise<void> {
  const talk = await room.converse(target, seed)
  try {
    const names = await functionsOf(talk, target.bench!.module!)
    if (!Array.isArray(names)) throw unusable(names.failed)
    for (const name of names) calls.set(name, await callsOf(talk, name))
  } finally {
    await talk.stop()
  }
}

async function functionsOf(talk: Conversation, module: string): Promise<string[] | { failed: string }> {
  const answer = await ask(talk, { load: module })
  if ('failed' in answer) return { failed: String(answer.failed) }
  const { functions } = answer
  return Array.isArray(functions) && functions.length > 0
    ? functions.map(String).filter((name) => name.length <= 100)
    : { failed: 'it exports no function' }
}

/** Its answer, or why there is none. */
const ask = async (talk: Conversation, question: object): Promise<Readonly<Record<string, unknown>>> =>
  talk
    .ask<Record<string, unknown>>(question, LONGEST_ANSWER_MS)
    .catch((error: Error) => ({ failed: error.message }))

/** So many that a slice takes what it should, once the function is warm. */
async function callsOf(talk: Conversation, name: string): Promise<number> {
  const spentOn = async (times: number): Promise<number> => {
    const before = talk.cpuMicros()
    const answer = await ask(talk, { call: name, times })
    if ('failed' in answer) throw unusable(`"${name}": ${answer.failed}`)
    return talk.cpuMicros() - before
  }
  for (let times = 1; ; times *= 2)
    if ((await spentOn(times)) >= SLICE_MICROS || times >= MOST_CALLS)
      return Math.max(1, Math.round((times * SLICE_MICROS) / Math.max(1, await spentOn(times))))
}

async function slicesOf(
  running: BySide<Conversation>,
  name: string,
  times: number,
  slices: number,
  random: () => number,
): Promise<{ of: Record<Side, number[]> } | { lost: string }> {
  const of: Record<Side, number[]> = { baseline: [], control: [], candidate: [] }
  // Few calls at first, as in ordinary life: what is compiled in the middle of its very first loop may stay slow.
  const rising = risingTo(times)
  const warmUp = rising.length + WARM_UP_SLICES
  const half = Math.max(1, Math.floor(times / 2))
  const halves: number[] = []
  const orders = balancedOrders(SIDES, warmUp + slices + Math.floor(slices / WHOLE_TO_A_HALF), random)
  for (const [i, order] of orders.entries()) {
    const turn = i - warmUp
    const isPart = turn >= 0 && turn % (WHOLE_TO_A_HALF + 1) === WHOLE_TO_A_HALF
    // In turn, so that the three do as much as each other, and after whole ones of the others as any slice.
    const halved = isPart ? SIDES[Math.floor(turn / (WHOLE_TO_A_HALF + 1)) % SIDES.length] : undefined
    for (const side of order) {
      const before = running[side].cpuMicros()
      const answer = await ask(running[side], {
        call: name,
        times: side === halved ? half : (rising[i] ?? times),
      })
      const spent = running[side].cpuMicros() - before
      if ('failed' in answer) {
        if (side !== 'candidate') throw unusable(`"${name}": ${answer.failed}`)
        return { lost: `the bench does not work on the candidate: "${name}": ${answer.failed}` }
      }
      if (turn >= 0 && !isPart) of[side].push(spent)
      if (side === halved && side !== 'candidate') halves.push(spent)
    }
  }
  const fixed = fixedCost(median([...of.baseline, ...of.control]), median(halves), half / times)
  for (const side of SIDES) of[side] = of[side].map((spent) => Math.max(spent / 2, spent - fixed))
  return { of }
}

/**
 * What a slice costs whatever it calls: being asked, and caches and threads that others have used meanwhile. Of two lengths of
 * slice that is the line's value at none. It is taken off, for it is a hundredth of a slice or more, and every effect would
 * look so much smaller; as today's code has it, for the candidate has no say in that. In whatever unit both are.
 */
const fixedCost = (whole: number, part: number, share: number): number =>
  share === 1 ? 0 : Math.max(-whole / 10, Math.min(whole / 10, (part - share * whole) / (1 - share)))

const risingTo = (most: number): number[] => {
  const times: number[] = []
  for (let n = 1; n < most; n *= 2) times.push(n)
  return times
}

/** Per call. The others as today's code times their paired ratio to it, so that the pairing is not lost. */
function figuresOf(micros: Record<Side, readonly number[]>, times: number): BySide<number> {
  const baseline = median(micros.baseline) / times
  const ratio = (side: Side) =>
    Math.exp(hodgesLehmann(micros[side].map((x, i) => Math.log(x / micros.baseline[i]!))))
  return { baseline, control: baseline * ratio('control'), candidate: baseline * ratio('candidate') }
}
