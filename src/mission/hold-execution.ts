// What keeps an approved change from going live, said once: a forge that is away, that refuses a push, or that is not ready.
import { Later } from '../kernel/later.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { sentence } from '../kernel/text.ts'
import type { Executor } from './executor.ts'
import { lockMission } from './load.ts'

export async function holdExecution(
  ctx: Pick<Executor, 'transact'>,
  id: string,
  why: Refusal | Later,
): Promise<void> {
  await ctx.transact(async (stores) => {
    const execution = await stores.executions.find(id)
    if (!execution || execution.finishedAt !== null) return
    // That a deploy takes its time is no news.
    if (why instanceof Later && execution.state !== 'merging') return
    const mission = await lockMission(stores, execution.mission)
    const said = why instanceof Later ? sentence(why.message) : `${sentence(why.message)} ${why.next}`
    if (mission.phase !== 'live_execution' || mission.heldBy.includes(said)) return
    await stores.missions.save({ ...mission, heldBy: [said] })
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'held', why: said } },
    ])
  })
}
