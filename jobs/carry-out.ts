// Carries out one outbox row: leased in PostgreSQL, so that two workers never do the same one at once.

import { Later } from '../src/kernel/later.ts'
import type { Outstanding, OutstandingEffects } from '../src/kernel/outstanding.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import type { EffectJob, JobContext } from './job.ts'

const LEASE_MS = 15_000
const RENEW_MS = 5_000
const AGAIN_MS = 30_000
const MOST_ATTEMPTS = 8

/** 1 s, 2 s, 4 s … at most a minute. */
export const backoff = (attempts: number): number => Math.min(60_000, 1000 * 2 ** attempts)

export interface Hands {
  readonly effects: OutstandingEffects
  readonly jobs: ReadonlyMap<string, EffectJob>
  readonly ctx: JobContext
  /** Distinct for every worker process. */
  readonly holder: string
  onFault(kind: string, error: unknown): void
  /** An effect was taken and what became of it. */
  onEnd?(effect: Pick<Outstanding, 'id' | 'kind' | 'payload'>, outcome: Outcome, ms: number): void
}

export type Outcome = 'done' | 'not yet' | 'refused' | 'again' | 'given up' | 'fault'

export async function carryOut(hands: Hands, id: number): Promise<void> {
  const { effects, holder } = hands
  const row = await effects.lease(id, holder, LEASE_MS)
  if (!row) return
  const begun = performance.now()
  let outcome: Outcome = 'fault'
  const renewing = setInterval(() => void effects.renew(id, holder, LEASE_MS).catch(() => {}), RENEW_MS)
  try {
    const job = hands.jobs.get(row.kind)
    if (!job) throw new Error(`no job carries out "${row.kind}"`)
    const payload = job.payload.parse(row.payload)
    try {
      const done = await job.run(hands.ctx, payload, id)
      outcome = done === false ? 'not yet' : 'done'
      if (done === false) await effects.retry(id, holder, 'not yet', backoff(Math.min(row.attempts, 3)))
      else await effects.done(id, holder)
    } catch (error) {
      outcome = await ended(hands, job, row, payload, error)
    }
  } catch (error) {
    hands.onFault(row.kind, error)
    await effects.retry(id, holder, String(error), backoff(row.attempts))
  } finally {
    clearInterval(renewing)
    hands.onEnd?.(row, outcome, performance.now() - begun)
  }
}

async function ended(
  { effects, holder, ctx, onFault }: Hands,
  job: EffectJob,
  row: { id: number; kind: string; attempts: number },
  payload: unknown,
  error: unknown,
): Promise<Outcome> {
  if (error instanceof Later) {
    await effects.retry(row.id, holder, error.message, error.afterMs)
    return 'not yet'
  }
  const why = error instanceof Error ? error : new Error(String(error))
  const expected = error instanceof Refusal
  if (!expected) onFault(row.kind, error)
  // A fault is tried again, an expected no is not: asking twice does not change it.
  if (!expected && row.attempts + 1 < MOST_ATTEMPTS) {
    await effects.retry(row.id, holder, why.message, backoff(row.attempts))
    return 'again'
  }
  const then = await job.ended?.(ctx, payload, why)
  if (then === 'again') {
    await effects.retry(row.id, holder, why.message, AGAIN_MS)
    return 'again'
  }
  if (expected) {
    await effects.done(row.id, holder)
    return 'refused'
  }
  await effects.giveUp(row.id, holder, why.message)
  return 'given up'
}
