// What was voted on is no more: the session is void at once, everywhere.
import { type Actor, refOf } from '../kernel/actor.ts'
import { spoken } from '../kernel/work.ts'
import type { Stores } from './context.ts'
import type { Mission } from './mission.ts'

/** Voids the mission's session if it is open, or closed and not yet consumed. */
export async function voidSession(
  stores: Pick<Stores, 'sessions' | 'ledger' | 'outbox'>,
  mission: Mission,
  actor: Actor,
  reason: string,
): Promise<void> {
  const session = mission.session ? await stores.sessions.lock(mission.session) : undefined
  if (!session || session.state === 'void') return
  await stores.sessions.end(session.id, {
    state: 'void',
    result: session.result,
    closingEntry: session.closingEntry,
    reason,
  })
  await stores.ledger.append([
    {
      kind: 'SessionVoided',
      actor: refOf(actor),
      mission: mission.id,
      facts: { session: session.id, reason: spoken(reason) },
    },
  ])
  const voted = (await stores.sessions.ballots(session.id)).filter((ballot) => ballot.vote !== 'withdrawn')
  await stores.outbox.add([
    {
      kind: 'announce',
      payload: {
        mission: mission.id,
        event: 'session_voided',
        why: reason,
        voters: voted.map((ballot) => ballot.name).join(', '),
      },
    },
  ])
}
