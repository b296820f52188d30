// Job: those who have not voted are reminded once at half time and once at nine tenths.
import type { Effect } from '../kernel/work.ts'
import type { Session } from '../parliament/session.ts'
import { notVoted } from '../parliament/still-open.ts'
import type { MissionControl } from './context.ts'

const REMIND_AT = [0.5, 0.9] as const
/** A vote of minutes needs no reminder. */
const LEAST_MS = 10 * 60_000

export function remindersOf({ id, openedAt, deadline }: Session): Effect[] {
  const length = deadline.getTime() - openedAt.getTime()
  if (length < LEAST_MS) return []
  return REMIND_AT.map((share) => ({
    kind: 'remind-voters',
    payload: { session: id },
    key: `remind:${id}:${share}`,
    afterMs: Math.round(length * share),
  }))
}

const left = (ms: number): string =>
  ms < 2 * 3_600_000
    ? `${Math.max(1, Math.round(ms / 60_000))} minutes`
    : `${Math.round(ms / 3_600_000)} hours`

export async function remindVoters(ctx: Pick<MissionControl, 'transact'>, id: string): Promise<void> {
  await ctx.transact(async ({ sessions, clock, outbox }) => {
    const session = await sessions.lock(id)
    if (session?.state !== 'open') return
    const missing = notVoted(await sessions.electors(id), await sessions.ballots(id))
    const ms = session.deadline.getTime() - (await clock.now()).getTime()
    if (missing.length === 0 || ms <= 0) return
    await outbox.add([
      {
        kind: 'announce',
        payload: {
          mission: session.mission,
          event: 'reminder',
          left: left(ms),
          missing: missing.map((one) => one.name).join(', '),
        },
      },
    ])
  })
}
