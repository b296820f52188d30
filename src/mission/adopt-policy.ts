// At start: where the policy of a target is not the one that was voted under, those sessions are void. What is run, what
// is forbidden and what was checked may be another now: the change is measured again, and put to a new vote.
import { type Actor, grace } from '../kernel/actor.ts'
import { digestOfPolicy } from './assess.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { lockMission } from './load.ts'
import { type Mission, move } from './mission.ts'
import { voidSession } from './void-session.ts'

const actor = grace('policy')

/** `missions` are those in discussion or consensus. */
export async function adoptPolicy(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  missions: readonly string[],
): Promise<void> {
  for (const id of missions)
    await ctx.transact(async (stores) => {
      const mission = await lockMission(stores, id)
      const session = mission.session ? await stores.sessions.find(mission.session) : undefined
      const target = ctx.config.targets.get(mission.target)
      if (!session || (mission.phase !== 'discussion' && mission.phase !== 'consensus')) return
      if (!target)
        return voidSession(stores, mission, actor, `The target ${mission.target} is no longer configured.`)
      if (
        session.state !== 'void' &&
        session.policyDigest === digestOfPolicy(ctx.config, targetOf(ctx.config, mission.target))
      )
        return
      await measureAnew(
        stores,
        mission,
        actor,
        'policy_changed',
        `The policy of ${mission.target} changed; the change is measured again under the new one.`,
      )
    })
}

/** The vote is void, and the same change is measured again before anybody is asked once more. */
export async function measureAnew(
  stores: Stores,
  mission: Mission,
  actor: Actor,
  cause: string,
  why: string,
): Promise<void> {
  await voidSession(stores, mission, actor, why)
  const { next, entry } = move(mission, 'sandbox_testing', actor, cause)
  await stores.missions.save({ ...next, evidence: null, session: null })
  await stores.ledger.append([entry])
  await stores.outbox.add([
    { kind: 'test-candidate', payload: { mission: mission.id, candidate: mission.candidate } },
  ])
}
