// The shape of a job: thin. It loads nothing itself; it hands its payload to a verb.
import type { z } from 'zod'
import type { Announcement } from '../src/cards/announcement.ts'
import type { Refusal } from '../src/kernel/refusal.ts'
import type { MissionControl } from '../src/mission/context.ts'
import type { Executor } from '../src/mission/executor.ts'

/** Long measured work runs one at a time; what is live has a queue of its own. */
export const QUEUES = ['work', 'sandbox', 'executor'] as const
export type QueueName = (typeof QUEUES)[number]
export const CONCURRENCY: Readonly<Record<QueueName, number>> = { work: 4, sandbox: 1, executor: 2 }

export interface JobContext {
  readonly control: MissionControl
  readonly executor: Executor
  announce(announcement: Announcement): Promise<void>
}

/** Carries out one kind of outbox row. */
export interface EffectJob<Payload = unknown> {
  readonly kind: string
  readonly queue: QueueName
  readonly payload: z.ZodType<Payload>
  run(ctx: JobContext, payload: NoInfer<Payload>): Promise<void>
  /** What an expected no, or giving up after many faults, means here; otherwise it is only recorded. */
  ended?(ctx: JobContext, payload: NoInfer<Payload>, why: Refusal | Error): Promise<'done' | 'again'>
}

/** Keeps the payload's type between `payload` and `run`. */
export const effectJob = <Payload>(job: EffectJob<Payload>): EffectJob => job as unknown as EffectJob
