// A click is written down before it is acknowledged. Neither platform sends an acknowledged click again.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Reply, reply } from '../cards/post.ts'
import type { Outbox, Transact } from '../kernel/work.ts'
import type { Chat } from './chat.ts'
import type { Click, Inbox } from './inbox.ts'

/** Platforms wait three seconds; less than half of it is the database's, for the acknowledgement has its way to go. */
const RECORD_WITHIN_MS = 1_200

const NOT_YET = reply('', '⏳ Not recorded yet: the database is slow. You will be told what becomes of it.')
const LOST = reply('', '⚠️ Not counted: it could not be recorded. Press again.')

type Recording = { transact: Transact<{ inbox: Inbox; outbox: Outbox }> }

interface Received {
  /** Whether it stood in the inbox in time. */
  readonly inTime: boolean
  /** Whether it stands there in the end. Never rejects. */
  readonly recorded: Promise<boolean>
}

/**
 * What is late is said, and ends in a receipt either way. `ack` may fail where the platform hung up in the meantime: the
 * click stands.
 */
export async function receiveClick(
  ctx: Recording,
  chat: Pick<Chat, 'tell'>,
  click: Click,
  ack: () => Promise<unknown>,
  onFault: (error: unknown) => void,
): Promise<void> {
  const { inTime, recorded } = await record(ctx, click)
  await ack().catch(onFault)
  if (inTime) return
  const tell = (said: Reply) => chat.tell(click.address, said).catch(onFault)
  await tell(NOT_YET)
  if (!(await recorded)) await tell(LOST)
}

async function record(ctx: Recording, click: Click): Promise<Received> {
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
  const inTime = await Promise.race([
    recorded,
    sleep(RECORD_WITHIN_MS, false, { signal: limit.signal, ref: false }),
  ])
  limit.abort()
  return { inTime, recorded }
}
