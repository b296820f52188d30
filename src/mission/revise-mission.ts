// A member asks for a better change: its proposer gets the evidence, what failed, what would bring trust, and the
// feedback, quoted as data. What it leaves becomes the next revision; the ballots on the old one are void.
import { type Actor, nameOf, refOf } from '../kernel/actor.ts'
import { asJson, type Json } from '../kernel/digest.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { actorOfProposer, nameOfProposer, proposerFor } from '../proposing/proposer.ts'
import { counterfactual } from '../trust/counterfactual.ts'
import { stands } from '../trust/trust.ts'
import { askingOf, askProposer } from './ask-proposer.ts'
import { attachChange } from './attach-candidate.ts'
import { type MissionControl, targetOf } from './context.ts'
import { revised } from './improve.ts'
import { findMission } from './load.ts'
import { isAwaitingCandidate } from './mission.ts'
import { permitReviser } from './permit-voter.ts'
import { type MissionStory, storyOf } from './read-mission.ts'

export async function askForRevision(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  actor: Actor,
  id: string,
): Promise<void> {
  permit(actor, 'propose')
  await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    if (!mission.evidence || (mission.phase !== 'discussion' && mission.phase !== 'sandbox_testing'))
      throw new Refusal(
        'conflict',
        'not_revisable',
        `M-${mission.number} is in ${mission.phase}; a change is revised once it was measured and before it is approved.`,
        'Open a new mission for what should come after.',
      )
    permitReviser(ctx.config, actor, mission)
    revised(mission)
    await stores.ledger.append([
      { kind: 'RevisionAsked', actor: refOf(actor), mission: mission.id, facts: { phase: mission.phase } },
    ])
    const name = nameOf(actor)
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'revising', member: name } },
      { kind: 'revise-candidate', payload: { mission: mission.id }, key: `revise:${mission.id}` },
    ])
  })
}

/** What a proposer is given for the next revision. Feedback is quoted: data, never instructions. */
export function revisionBrief(
  { measured, feedback, mission, candidate }: MissionStory,
  threshold: number,
): Readonly<Record<string, Json>> {
  const counter =
    measured && counterfactual(measured.evidence.report, measured.checks, measured.evidence.holds, threshold)
  const told = {
    mission: mission.id,
    title: mission.title,
    revision: candidate?.revision ?? null,
    patch: candidate?.patch ?? null,
    report: measured?.evidence.report ?? [],
    failed_checks: (measured?.checks ?? [])
      .filter((check) => !stands(check.verdict))
      .map(({ id, title, verdict, reason }) => ({ id, title, verdict, reason })),
    counterfactual: counter ?? null,
    feedback: feedback.map(({ author, text, at }) => ({
      author: author.name,
      at: at.toISOString(),
      quoted: text,
    })),
  }
  return asJson(told) as Readonly<Record<string, Json>>
}

/** Job: asks the proposer with that brief. Says so where nothing new comes of it. */
export async function reviseCandidate(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'playbooks' | 'agents' | 'pageOf'>,
  id: string,
  /** Of the evidence that fell short, where nobody asked: what came since goes before it. */
  evidence?: string,
): Promise<void> {
  const story = await ctx.transact((stores) => storyOf(stores, id))
  const { mission } = story
  if (evidence && (!isAwaitingCandidate(mission) || mission.evidence !== evidence)) return
  const target = targetOf(ctx.config, mission.target)
  const proposer = proposerFor(target, askingOf(story))
  const not = (why: string) => notRevised(ctx, id, why)
  if (!proposer) return not('people wrote this change, so people revise it: attach a new one through the API')
  try {
    const base = await ctx.repositories.head(target)
    const brief = revisionBrief(story, target.policy.trust_threshold)
    const { patch, why } = await askProposer(ctx, proposer, target, base, story, brief)
    if (patch === '') return not(why)
    const change = await ctx.repositories.fromPatch(target, base, patch)
    await attachChange(ctx, actorOfProposer(proposer), id, change, mission.candidate)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await not(
      error.code === 'candidate_identical'
        ? `${nameOfProposer(proposer)} came to the same change again`
        : `${error.message} ${error.next}`,
    )
  }
}

/** Said in the thread. */
export const notRevised = (
  ctx: Pick<MissionControl, 'transact'>,
  mission: string,
  why: string,
): Promise<void> =>
  ctx.transact(({ outbox }) =>
    outbox.add([{ kind: 'announce', payload: { mission, event: 'not_revised', why } }]),
  )
