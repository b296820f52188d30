// Workers, relay and schedules of one process, started and stopped together.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Queue, Worker } from 'bullmq'
import { Refusal } from '../src/kernel/refusal.ts'
import type { JobBackend } from './backend.ts'
import { carryOut, type Hands } from './carry-out.ts'
import { EFFECT_JOBS } from './effects/index.ts'
import { CONCURRENCY, QUEUES, type QueueName } from './job.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Clockwork, schedulesOf, upsertSchedules } from './schedules.ts'

const UPSERT_MS = 60_000

export interface Workers {
  wake(): void
  stop(): Promise<void>
}

export async function startWorkers(
  backend: JobBackend,
  clockwork: Clockwork,
  onFault: (what: string, error: unknown) => void,
): Promise<Workers> {
  const { ctx, effects } = clockwork
  const hands: Hands = {
    effects,
    jobs: EFFECT_JOBS,
    ctx,
    holder: `${hostname()}-${process.pid}-${randomUUID()}`,
    onFault,
  }
  const schedules = schedulesOf(clockwork)
  const running = new Set<string>()
  const queues = Object.fromEntries(QUEUES.map((name) => [name, backend.queue(name)])) as Record<
    QueueName,
    Queue
  >

  /** A schedule never overlaps itself: a turn that comes while the last one still runs is left out. */
  const turn = async (id: string): Promise<void> => {
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
  await upsertSchedules(schedules, queues)
  const workers: Worker[] = QUEUES.map((name) =>
    backend.worker(
      name,
      async (job) => {
        const { effect, schedule } = job.data as { effect?: number; schedule?: string }
        if (effect !== undefined) await carryOut(hands, effect)
        else if (schedule !== undefined) await turn(schedule)
      },
      { concurrency: CONCURRENCY[name] },
    ),
  )
  const relay: Relay = startRelay(effects, EFFECT_JOBS, queues, (error) => onFault('relay', error))
  const upserting = setInterval(
    () => void upsertSchedules(schedules, queues).catch((error) => onFault('schedules', error)),
    UPSERT_MS,
  )
  return {
    wake: () => relay.wake(),
    async stop() {
      clearInterval(upserting)
      await relay.stop()
      // Not waiting for a measurement of minutes: its lease runs out and the next start carries it out again.
      await Promise.all(workers.map((worker) => worker.close(true)))
    },
  }
}
