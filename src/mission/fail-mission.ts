// Ends a mission whose step can't be carried out, with the reason; nothing else is disturbed.
import { grace } from '../kernel/actor.ts'
import type { MissionControl } from './context.ts'
import { lockMission } from './load.ts'
import { finish } from './settle-session.ts'

/** Only where nothing is live yet; a mission past its vote is held or rolled back, never just ended. */
export async function failMission(
  ctx: Pick<MissionControl, 'transact'>,
  id: string,
  reason: string,
): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase !== 'detected' && mission.phase !== 'sandbox_testing') return
    await finish(stores, mission, 'failed', reason, grace('mission-control'))
  })
}

/** Nothing on this machine may run it now: it waits, and says what would mend that. */
export async function holdTesting(
  ctx: Pick<MissionControl, 'transact'>,
  id: string,
  reason: string,
): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase !== 'sandbox_testing' || mission.heldBy.includes(reason)) return
    await stores.missions.save({ ...mission, heldBy: [reason] })
    await stores.outbox.add([{ kind: 'announce', payload: { mission: id, event: 'held', why: reason } }])
  })
}
