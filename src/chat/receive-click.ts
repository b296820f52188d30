// A click is written down before it is acknowledged. Neither platform sends an acknowledged click again.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Outbox, Transact } from '../kernel/work.ts'
import type { Click, Inbox } from './inbox.ts'

/** Platforms wait three seconds; less than half of it is the database's, for the acknowledgement has its way to go. */
export const RECORD_WITHIN_MS = 1_200

export interface Received {
  /** Whether it stood in the inbox in time. */
  readonly inTime: boolean
  /** Whether it stands there in the end. Never rejects. */
  readonly recorded: Promise<boolean>
}

export async function receiveClick(
  ctx: { transact: Transact<{ inbox: Inbox; outbox: Outbox }> },
  click: Click,
  withinMs = RECORD_WITHIN_MS,
): Promise<Received> {
  const recorded = ctx
    .transact(async ({ inbox, outbox }) => {
      if (await inbox.record(click))
        await outbox.add([{ kind: 'count-click', payload: { click: click.key } }])
    })
    .then(
      () => true,
      () => false,
    )
  const limit = new AbortController()
  const inTime = await Promise.race([recorded, sleep(withinMs, false, { signal: limit.signal, ref: false })])
  limit.abort()
  return { inTime, recorded }
}
