// Measure the same change again, on today's code: what was noisy may be clear now.
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { MissionControl } from './context.ts'
import { alreadyComplete, lockMission } from './load.ts'
import { isAwaitingCandidate, type Mission, move } from './mission.ts'
import { voidSession } from './void-session.ts'

export async function retryMission(
  ctx: Pick<MissionControl, 'transact'>,
  actor: Actor,
  id: string,
): Promise<void> {
  permit(actor, 'propose')
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase === 'complete') throw alreadyComplete(mission)
    const again = mission.phase === 'discussion' || mission.phase === 'consensus'
    if (!mission.candidate || !(again || isAwaitingCandidate(mission)))
      throw new Refusal(
        'conflict',
        'nothing_to_retry',
        `M-${mission.number} is in ${mission.phase}${mission.candidate ? ' and at work' : ' and has no change yet'}.`,
        'A mission is tested again from the vote, or where it waits.',
      )
    let next: Mission = { ...mission, reason: '' }
    if (again) {
      await voidSession(stores, mission, actor, 'The same change is being measured again.')
      const moved = move(mission, 'sandbox_testing', actor, 'retried')
      next = moved.next
      await stores.ledger.append([moved.entry])
    }
    await stores.missions.save({ ...next, evidence: null, session: null })
    await stores.outbox.add([
      { kind: 'test-candidate', payload: { mission: mission.id, candidate: mission.candidate } },
    ])
  })
}
