// The shape of a job: thin. It loads nothing itself; it hands its payload to a verb.
import type { z } from 'zod'
import type { Announcement } from '../src/cards/announcement.ts'
import type { Chats, Draw } from '../src/chat/chat.ts'
import type { ChatControl } from '../src/chat/stores.ts'
import type { Refusal } from '../src/kernel/refusal.ts'
import type { Executor } from '../src/mission/executor.ts'

/** Long measured work runs one at a time; what is live has a queue of its own, and so has each platform. */
export const QUEUES = ['work', 'sandbox', 'executor', 'slack', 'discord'] as const
export type QueueName = (typeof QUEUES)[number]
export const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  work: 4,
  sandbox: 1,
  executor: 2,
  slack: 4,
  discord: 4,
}

export interface JobContext {
  readonly control: ChatControl
  /** Throws where this process executes nothing. */
  executor(): Executor
  /** Carries out what is measured while nothing else is measured on this machine. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** `source` is distinct for every announcement, and the same when it is made again. */
  announce(announcement: Announcement, source: string): Promise<void>
  /** Platforms that this process speaks to. */
  readonly chats: Chats
  readonly draw: Draw
  /** Said once in the log. */
  onFault(kind: string, error: unknown): void
}

/** Carries out one kind of outbox row. */
export interface EffectJob<Payload = unknown> {
  readonly kind: string
  readonly queue: QueueName
  readonly payload: z.ZodType<Payload>
  /** `effect` is the row's id: the same when it is carried out again. False: not yet, try again soon. */
  run(ctx: JobContext, payload: NoInfer<Payload>, effect: number): Promise<unknown>
  /** What an expected no, or giving up after many faults, means here; otherwise it is only recorded. */
  ended?(ctx: JobContext, payload: NoInfer<Payload>, why: Refusal | Error): Promise<'done' | 'again'>
}

/** Keeps the payload's type between `payload` and `run`. */
export const effectJob = <Payload>(job: EffectJob<Payload>): EffectJob => job as unknown as EffectJob
