// Job: a mission that nobody gave a candidate comes to its end.
import { grace } from '../kernel/actor.ts'
import type { MissionControl } from './context.ts'
import { lockMission } from './load.ts'
import { isAwaitingCandidate } from './mission.ts'
import { CANDIDATE_DEADLINE_MS } from './open-mission.ts'
import { finish } from './settle-session.ts'

export async function expireMission(ctx: Pick<MissionControl, 'transact'>, id: string): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (!isAwaitingCandidate(mission)) return
    const now = await stores.clock.now()
    const left = mission.updatedAt.getTime() + CANDIDATE_DEADLINE_MS - now.getTime()
    if (left > 0) {
      // It waits anew: a change came and went since this job was written.
      await stores.outbox.add([{ kind: 'expire-mission', payload: { mission: id }, afterMs: left }])
      return
    }
    await finish(
      stores,
      mission,
      'expired',
      'Expired: no change was attached in 7 days.',
      grace('mission-control'),
    )
  })
}
