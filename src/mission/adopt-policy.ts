// At start: where the policy of a target is not the one that was voted under, those sessions are void, and the
// evidence is put to a new vote under the new policy.
import { grace } from '../kernel/actor.ts'
import { digestOfPolicy } from './assess.ts'
import { type MissionControl, targetOf } from './context.ts'
import { findCandidate, findEvidence, lockMission } from './load.ts'
import { move } from './mission.ts'
import { putToTheVote } from './put-to-the-vote.ts'
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
        session.policyDigest === digestOfPolicy(targetOf(ctx.config, mission.target))
      )
        return
      const candidate = await findCandidate(stores, mission)
      const evidence = await findEvidence(stores, mission)
      const checks = await stores.evidence.standing(evidence.id)
      // What failed under the old configuration may be what the new one mends: nobody votes on what is outdated.
      const isOutdated = checks.some(({ verdict }) => verdict === 'fail' || verdict === 'unknown')
      await voidSession(
        stores,
        mission,
        actor,
        `The policy of ${mission.target} changed; the change is ${isOutdated ? 'measured again' : 'put to a new vote'} under the new one.`,
      )
      const { next, entry } = move(mission, 'sandbox_testing', actor, 'policy_changed')
      await stores.missions.save(next)
      await stores.ledger.append([entry])
      if (isOutdated) {
        await stores.missions.save({ ...next, evidence: null, session: null })
        await stores.outbox.add([
          { kind: 'test-candidate', payload: { mission: id, candidate: candidate.id } },
        ])
        return
      }
      await putToTheVote(stores, ctx.config, next, candidate, target, evidence, checks, null)
    })
}
