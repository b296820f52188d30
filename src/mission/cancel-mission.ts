// A member of the target ends a mission that is not live yet.
import { type Actor, nameOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { written } from '../kernel/text.ts'
import type { MissionControl } from './context.ts'
import { alreadyComplete, lockMission } from './load.ts'
import { permitVoter } from './permit-voter.ts'
import { finish } from './settle-session.ts'
import { voidSession } from './void-session.ts'

export async function cancelMission(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  actor: Actor,
  id: string,
  reason: string,
): Promise<void> {
  permit(actor, 'vote')
  const why = written('reason', reason)
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    permitVoter(ctx.config, actor, mission.target)
    if (mission.phase === 'complete') throw alreadyComplete(mission)
    if (mission.phase === 'live_execution' || mission.phase === 'monitoring')
      throw new Refusal(
        'conflict',
        'mission_live',
        `M-${mission.number} is live already.`,
        'Roll it back instead.',
      )
    const name = nameOf(actor)
    const sentence = `Cancelled by ${name}: ${why}`
    await voidSession(stores, mission, actor, sentence)
    await finish(stores, mission, 'cancelled', sentence, actor)
  })
}
