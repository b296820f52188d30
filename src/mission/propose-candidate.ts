// Job: a mission without a change gets its first from the playbook or the agent that the target has for it.
import { draft } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { actorOfProposer, nameOfProposer, proposerFor } from '../proposing/proposer.ts'
import { askingOf, askProposer } from './ask-proposer.ts'
import { claimAuthors } from './attach-candidate.ts'
import { mustBringBench } from './brought-bench.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { lockMission } from './load.ts'
import { isAwaitingCandidate, type Mission, move } from './mission.ts'
import { candidateEntry, waitForCandidate } from './open-mission.ts'
import { storyOf } from './read-mission.ts'
import { mustBeNew } from './refused-change.ts'

interface Proposal {
  readonly change?: Change
  readonly why: string
}

export async function proposeCandidate(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'playbooks' | 'agents' | 'pageOf'>,
  id: string,
): Promise<void> {
  const story = await ctx.transact((stores) => storyOf(stores, id))
  const { mission, opportunity } = story
  if (!lacksItsFirst(mission)) return
  const target = targetOf(ctx.config, mission.target)
  const proposer = proposerFor(target, askingOf(story))
  if (!proposer && !opportunity) return
  const actor = proposer ? actorOfProposer(proposer) : grace(`detector:${opportunity!.detector}`)

  /** A refusal is why there is none. */
  async function unlessRefused(from: string, work: () => Promise<Proposal>): Promise<Proposal> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refusal) return { why: `${from} was refused: ${error.message} ${error.next}` }
      throw error
    }
  }

  async function propose(): Promise<Proposal> {
    if (!proposer)
      return { why: `no playbook of ${target.name} answers ${opportunity!.detector}, and no agent does` }
    const base = await ctx.repositories.head(target)
    const { patch, why } = await askProposer(ctx, proposer, target, base, story)
    if (patch === '') return { why }
    return unlessRefused(`the change of ${nameOfProposer(proposer).slice(4)}`, async () => {
      const change = await ctx.repositories.fromPatch(target, base, patch)
      await mustBringBench(ctx.repositories, target, change.tree, mission.claims)
      return { change, why }
    })
  }

  const proposal = await propose()
  const newOnly = (stores: Stores): Promise<Proposal> =>
    unlessRefused(`the change of ${proposer && nameOfProposer(proposer).slice(4)}`, async () => {
      if (proposal.change) await mustBeNew(stores, ctx, target.name, proposal.change, id)
      return proposal
    })

  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    // Somebody was faster.
    if (current.phase !== mission.phase || !lacksItsFirst(current)) return
    if (await stores.candidates.latest(id)) return
    const { change, why } = await newOnly(stores)
    const step = (cause: string, candidate: string | null) =>
      current.phase === 'detected'
        ? move(current, 'sandbox_testing', actor, cause, { candidate })
        : { next: { ...current, reason: '', heldBy: [], candidate }, entry: undefined }
    if (!change) {
      const { next, entry } = step('awaiting_candidate', null)
      await stores.missions.save(next)
      await stores.ledger.append(entry ? [entry] : [])
      await waitForCandidate(stores, next, why)
      return
    }
    const candidate = draft(current.id, 1, change, [...claimAuthors(current), refOf(actor)])
    const { next, entry } = step('proposed', candidate.id)
    await stores.candidates.insert(candidate)
    await stores.missions.save(next)
    await stores.ledger.append([candidateEntry(actor, candidate), ...(entry ? [entry] : [])])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: current.id, event: 'proposed', what: why } },
      { kind: 'test-candidate', payload: { mission: current.id, candidate: candidate.id } },
    ])
  })
}

/** A finding's, or one that people opened without a change. */
const lacksItsFirst = (mission: Mission): boolean =>
  mission.candidate === null &&
  (mission.phase === 'detected' || (isAwaitingCandidate(mission) && mission.opportunity === null))

/** Where people opened it, it waits for their change. False where it is for the detector's mission to end. */
export async function notProposed(
  ctx: Pick<MissionControl, 'transact'>,
  id: string,
  why: string,
): Promise<boolean> {
  return ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (!lacksItsFirst(mission)) return true
    if (mission.opportunity !== null) return false
    await waitForCandidate(stores, { ...mission, heldBy: [] }, why)
    return true
  })
}
