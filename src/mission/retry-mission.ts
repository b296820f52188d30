// Measure the same change again, on today's code: what was noisy may be clear now.
import { type Actor, refOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { isTrusted, trustOf } from '../trust/trust.ts'
import { moreRoundsCouldSettle, onceTheWorldMoved } from '../trust/undecided.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { revised } from './improve.ts'
import { alreadyComplete, findCandidate, findMission, lockMission } from './load.ts'
import { isAwaitingCandidate, type Mission, move } from './mission.ts'
import { permitReviser } from './permit-voter.ts'
import { voidSession } from './void-session.ts'

export async function retryMission(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories'>,
  actor: Actor,
  id: string,
): Promise<Mission> {
  permit(actor, 'propose')
  const isOnHead = await standsOnHead(ctx, id)
  return ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase === 'complete') throw alreadyComplete(mission)
    permitReviser(ctx.config, actor, mission)
    const again = mission.phase === 'discussion' || mission.phase === 'consensus'
    if (!mission.candidate || !(again || isAwaitingCandidate(mission)))
      throw new Refusal(
        'conflict',
        'nothing_to_retry',
        `M-${mission.number} is in ${mission.phase}${mission.candidate ? ' and at work' : ' and has no change yet'}.`,
        'A mission is tested again from the vote, or where it waits.',
      )
    if (isOnHead)
      await mustBeWorthwhile(stores, mission, targetOf(ctx.config, mission.target).policy.trust_threshold)
    let next: Mission = { ...revised(mission), reason: '' }
    if (again) {
      await voidSession(stores, mission, actor, 'The same change is being measured again.')
      const moved = move(next, 'sandbox_testing', actor, 'retried')
      next = moved.next
      await stores.ledger.append([moved.entry])
    } else
      await stores.ledger.append([
        {
          kind: 'MeasuredAgain',
          actor: refOf(actor),
          mission: mission.id,
          facts: { revision: next.revisions },
        },
      ])
    await stores.missions.save({ ...next, evidence: null, session: null })
    await stores.outbox.add([
      { kind: 'test-candidate', payload: { mission: mission.id, candidate: mission.candidate } },
    ])
    return next
  })
}

/** Whether it was measured on today's code; on other code it may come out otherwise. */
async function standsOnHead(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories'>,
  id: string,
): Promise<boolean> {
  const { mission, candidate } = await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    return { mission, candidate: mission.candidate ? await findCandidate(stores, mission) : undefined }
  })
  if (!candidate || mission.phase === 'complete') return true
  return candidate.baseCommit === (await ctx.repositories.head(targetOf(ctx.config, mission.target)))
}

/** More rounds make an interval narrower; they mend no broken test. */
async function mustBeWorthwhile(stores: Stores, mission: Mission, threshold: number): Promise<void> {
  const evidence = mission.evidence ? await stores.evidence.find(mission.evidence) : undefined
  if (!evidence) return
  const { report, holds } = evidence
  const checks = onceTheWorldMoved(await stores.evidence.standing(evidence.id))
  const trust = trustOf(report, checks, holds)
  if (isTrusted(trust, threshold) || moreRoundsCouldSettle(report, checks, holds, threshold)) return
  const why = trust.holds[0]?.sentence ?? checks.find((check) => check.verdict === 'fail')?.reason ?? ''
  throw new Refusal(
    'conflict',
    'measuring_mends_nothing',
    `Measuring M-${mission.number} again would not bring it to trust. ${why}`,
    'Attach a better change.',
  )
}
