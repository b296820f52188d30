// The queues of one process, started and stopped together; and the clockwork: relay and schedules.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Queue, Worker } from 'bullmq'
import { Refusal } from '../src/kernel/refusal.ts'
import type { JobBackend } from './backend.ts'
import { carryOut, type Hands } from './carry-out.ts'
import { EFFECT_JOBS } from './effects/index.ts'
import { CONCURRENCY, type QueueName } from './job.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Clockwork, type Schedule, schedulesOf, upsertSchedules } from './schedules.ts'

const UPSERT_MS = 60_000

export interface Workers {
  wake(): void
  stop(): Promise<void>
}

export type Queues = Readonly<Partial<Record<QueueName, Queue>>>

export const queuesOf = (backend: JobBackend, names: readonly QueueName[]): Queues =>
  Object.fromEntries(names.map((name) => [name, backend.queue(name)]))

/** Carries out what comes in these queues. */
export function startWorkers(
  backend: JobBackend,
  of: readonly QueueName[],
  hands: Pick<Hands, 'effects' | 'ctx' | 'onFault' | 'onEnd'>,
  turn: (schedule: string) => Promise<void> = async () => {},
): { stop(): Promise<void> } {
  const all: Hands = {
    ...hands,
    jobs: EFFECT_JOBS,
    holder: `${hostname()}-${process.pid}-${randomUUID()}`,
  }
  const workers: Worker[] = of.map((name) =>
    backend.worker(
      name,
      async (job) => {
        const { effect, schedule } = job.data as { effect?: number; schedule?: string }
        if (effect !== undefined) await carryOut(all, effect)
        else if (schedule !== undefined) await turn(schedule)
      },
      { concurrency: CONCURRENCY[name] },
    ),
  )
  return {
    async stop() {
      // Not waiting for a measurement of minutes: its lease runs out and the next start carries it out again.
      await Promise.all(workers.map((worker) => worker.close(true)))
    },
  }
}

/** Hands due effects to the queues, and keeps the schedules in them. */
export async function startClockwork(
  queues: Readonly<Record<QueueName, Queue>>,
  clockwork: Clockwork,
  onFault: (what: string, error: unknown) => void,
): Promise<Workers & { turn(schedule: string): Promise<void> }> {
  const schedules = schedulesOf(clockwork)
  await upsertSchedules(schedules, queues)
  const relay: Relay = startRelay(clockwork.effects, EFFECT_JOBS, queues, (error) => onFault('relay', error))
  const upserting = setInterval(
    () => void upsertSchedules(schedules, queues).catch((error) => onFault('schedules', error)),
    UPSERT_MS,
  )
  return {
    turn: turnsOf(schedules, onFault),
    wake: () => relay.wake(),
    async stop() {
      clearInterval(upserting)
      await relay.stop()
    },
  }
}

/** A schedule never overlaps itself: a turn that comes while the last one still runs is left out. */
function turnsOf(schedules: readonly Schedule[], onFault: (what: string, error: unknown) => void) {
  const running = new Set<string>()
  return async (id: string): Promise<void> => {
    const schedule = schedules.find((one) => one.id === id)
    if (!schedule || running.has(id)) return
    running.add(id)
    try {
      await schedule.run()
    } catch (error) {
      // An expected no comes again with the next turn; only faults are worth a line in the log.
      if (!(error instanceof Refusal)) onFault(id, error)
    } finally {
      running.delete(id)
    }
  }
}
