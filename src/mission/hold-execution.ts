// What keeps an approved change from going live, said once: a forge that is away, a push that it refuses.
import { sentence } from '../kernel/text.ts'
import type { Executor } from './executor.ts'
import { lockMission } from './load.ts'

export async function holdExecution(
  ctx: Pick<Executor, 'transact'>,
  id: string,
  { message, next }: { readonly message: string; readonly next: string },
): Promise<void> {
  await ctx.transact(async (stores) => {
    const execution = await stores.executions.find(id)
    if (!execution || execution.finishedAt !== null) return
    const mission = await lockMission(stores, execution.mission)
    const why = `${sentence(message)} ${next}`
    if (mission.phase !== 'live_execution' || mission.heldBy.includes(why)) return
    await stores.missions.save({ ...mission, heldBy: [why] })
    await stores.outbox.add([{ kind: 'announce', payload: { mission: mission.id, event: 'held', why } }])
  })
}
