// Hands due outbox rows to the queue. What the queue loses is handed to it again.
import type { Queue } from 'bullmq'
import type { OutstandingEffects } from '../src/kernel/outstanding.ts'
import type { EffectJob, QueueName } from './job.ts'

const POLL_MS = 500
/** A row that was handed over and not taken by then is handed over again: the queue may have been emptied. */
const PATIENCE_MS = 10_000
const FORGET_MS = 3_600_000
const BATCH = 200

export interface Relay {
  /** Something was written: look now. */
  wake(): void
  stop(): Promise<void>
}

export function startRelay(
  effects: OutstandingEffects,
  jobs: ReadonlyMap<string, EffectJob>,
  queues: Readonly<Record<QueueName, Queue>>,
  onFault: (error: unknown) => void,
): Relay {
  const handed = new Map<string, { at: number; times: number }>()
  const shares = [...Map.groupBy(jobs.values(), (job) => job.queue).values()].map((some) =>
    some.map((job) => job.kind),
  )
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let busy = false
  let again = false

  const look = async (): Promise<void> => {
    const now = performance.now()
    for (const [key, { at }] of handed) if (now - at > FORGET_MS) handed.delete(key)
    // Each queue its own share: what waits for a platform that is away is in nobody else's way.
    for (const { id, kind, attempts } of await effects.dueOfEach(shares, BATCH)) {
      const row = `effect-${id}-${attempts}`
      const before = handed.get(row)
      if (before && now - before.at <= PATIENCE_MS * 2 ** (before.times - 1)) continue
      // Another id each time: the job of a worker that was killed stands in the queue's way for half a minute.
      const times = (before?.times ?? 0) + 1
      const jobId = `${row}-${times}`
      const queue = queues[jobs.get(kind)?.queue ?? 'work']
      // The queue drops a second job of the same id, so handing over twice is harmless.
      await queue.add(kind, { effect: id }, { jobId, removeOnComplete: true, removeOnFail: true })
      handed.set(row, { at: now, times })
    }
  }
  const turn = (): void => {
    clearTimeout(timer)
    busy = true
    again = false
    running = look()
      .catch(onFault)
      .finally(() => {
        busy = false
        if (!stopped) timer = setTimeout(turn, again ? 0 : POLL_MS)
      })
  }
  const wake = (): void => {
    if (busy) again = true
    else if (!stopped) turn()
  }
  turn()
  return {
    wake,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
