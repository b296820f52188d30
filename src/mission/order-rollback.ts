// A member of the target takes a live change back before its watch is over.
import { type Actor, nameOf, refOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl } from './context.ts'
import { lockMission } from './load.ts'
import { permitVoter } from './permit-voter.ts'

export async function orderRollback(
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
    const execution = await stores.executions.ofMission(mission.id)
    if (execution?.state !== 'watching')
      throw new Refusal(
        'conflict',
        'nothing_to_roll_back',
        `M-${mission.number} is in ${mission.phase}; only a change that is being watched is rolled back.`,
        mission.phase === 'complete'
          ? 'After the watch, propose the reverse change as a mission of its own.'
          : 'Cancel it instead.',
      )
    await stores.ledger.append([
      {
        kind: 'RollbackOrdered',
        actor: refOf(actor),
        mission: mission.id,
        facts: { execution: execution.id, reason: spoken(why) },
      },
    ])
    const name = nameOf(actor)
    await stores.outbox.add([
      {
        kind: 'roll-back',
        payload: { execution: execution.id, reason: `${name} ordered it: ${why}.` },
        key: `rollback:${execution.id}`,
      },
    ])
  })
}
