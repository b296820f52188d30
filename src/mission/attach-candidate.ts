// A person or an agent attaches a change to a mission: the first, or a better one.
import { draft } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import { type Actor, type ActorRef, distinct, refOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { mustBringBench } from './brought-bench.ts'
import { type MissionControl, targetOf } from './context.ts'
import { revised } from './improve.ts'
import { alreadyComplete, findMission, lockMission } from './load.ts'
import { type Mission, move } from './mission.ts'
import { candidateEntry, changeOf, type FromPull, oneChange, type ProposalInput } from './open-mission.ts'
import { permitReviser } from './permit-voter.ts'
import { mustBeNew } from './refused-change.ts'
import { voidSession } from './void-session.ts'

export async function attachCandidate(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'pageOf'>,
  actor: Actor,
  id: string,
  input: Pick<ProposalInput, 'patch' | 'ref'>,
  pull?: FromPull,
): Promise<Mission> {
  permit(actor, 'propose')
  oneChange(input)
  const before = await ctx.transact((stores) => findMission(stores, id))
  const target = targetOf(ctx.config, before.target)
  const change = await changeOf(ctx, target, input, pull)
  if (!change)
    throw new Refusal('invalid', 'patch_missing', 'Neither a patch nor a ref is given.', 'Send one of them.')
  await mustBringBench(ctx.repositories, target, change.tree, before.claims)
  return attachChange(ctx, actor, id, change, undefined, pull?.authors)
}

/** The same with a change that is known already. What was voted on before is void. */
export async function attachChange(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'pageOf'>,
  actor: Actor,
  id: string,
  change: Change,
  /** Where it was made from another candidate than the one that is there now, it comes too late. */
  madeFrom?: string | null,
  alsoBy: readonly ActorRef[] = [],
): Promise<Mission> {
  return ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (madeFrom !== undefined && (mission.candidate !== madeFrom || mission.phase === 'consensus'))
      throw new Refusal(
        'conflict',
        'candidate_superseded',
        'The mission has moved on while this was being made.',
        'Ask for a revision of what is there now.',
      )
    if (mission.phase === 'complete') throw alreadyComplete(mission)
    // Where it was asked for, who asked was permitted to.
    if (madeFrom === undefined) permitReviser(ctx.config, actor, mission)
    if (
      mission.phase !== 'sandbox_testing' &&
      mission.phase !== 'discussion' &&
      mission.phase !== 'consensus'
    )
      throw new Refusal(
        'conflict',
        'mission_not_open',
        `M-${mission.number} is in ${mission.phase}; its change can't be replaced now.`,
        'Wait for its end.',
      )
    const current = mission.candidate ? await stores.candidates.find(mission.candidate) : undefined
    if (
      current &&
      current.tree === change.tree &&
      current.baseCommit === change.baseCommit &&
      // The same bytes under another commit: that one is what has to be merged.
      current.pullRequest?.head === change.pullRequest?.head
    )
      throw new Refusal(
        'conflict',
        'candidate_identical',
        'This is the change that the mission already has.',
        'Send a different one, or have it measured again: retry.',
      )
    await mustBeNew(stores, ctx, mission.target, change, mission.id)
    // A change that no longer fits the branch is gone from the mission, and its authors are not.
    const last = await stores.candidates.latest(mission.id)
    const revision = (last?.revision ?? 0) + 1
    // Who wrote an earlier revision or the claim stays an author of what is built on it.
    const authors = distinct([...(last?.authors ?? claimAuthors(mission)), ...alsoBy, refOf(actor)])
    const candidate = draft(mission.id, revision, change, authors)
    await stores.candidates.insert(candidate)
    await voidSession(stores, mission, actor, `Revision ${revision} replaced the change that was voted on.`)
    // The first change is none: only what replaces one revises the mission.
    const counted = last ? revised(mission) : mission
    const moved =
      mission.phase === 'sandbox_testing' ? undefined : move(counted, 'sandbox_testing', actor, 'revised')
    const next = {
      ...(moved?.next ?? counted),
      reason: '',
      heldBy: [],
      candidate: candidate.id,
      evidence: null,
      session: null,
    }
    await stores.missions.save(next)
    await stores.ledger.append([candidateEntry(actor, candidate), ...(moved ? [moved.entry] : [])])
    await stores.outbox.add([
      { kind: 'test-candidate', payload: { mission: mission.id, candidate: candidate.id } },
    ])
    return next
  })
}

/** Who says what a change has to achieve is an author, also where somebody else writes it. "No harm" is said by nobody. */
export const claimAuthors = ({ claims, proposer }: Mission): ActorRef[] =>
  proposer.kind !== 'grace' && claims.some((claim) => claim.kind !== 'no_harm') ? [proposer] : []
