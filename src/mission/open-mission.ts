// A mission begins: proposed by a person or an agent, or found by one of Grace's own detectors.
import { draft } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import type { Target } from '../config/config.ts'
import { type Actor, type ActorRef, distinct, grace, refOf } from '../kernel/actor.ts'
import { asJson } from '../kernel/digest.ts'
import { newId, newMissionId } from '../kernel/ids.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine, written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import { nameOfProposer, proposerFor } from '../proposing/proposer.ts'
import { type Finding, fingerprintOf } from '../trigger-mesh/opportunity.ts'
import type { Claim } from '../trust/claim.ts'
import { mustBeBringable, mustBringBench } from './brought-bench.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { AWAITING_CANDIDATE, type Mission, type NewMission } from './mission.ts'
import { mustBeNew } from './refused-change.ts'
import { weighFinding } from './weigh-finding.ts'

/** A mission that nobody gives a candidate expires after this. */
export const CANDIDATE_DEADLINE_MS = 7 * 86_400_000

export interface ProposalInput {
  readonly target?: string | undefined
  readonly title: string
  readonly description: string
  readonly rationale: string
  readonly patch?: string | undefined
  readonly ref?: string | undefined
  readonly claims?: readonly Claim[] | undefined
}

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'pageOf'>

/** The only target where there is one; otherwise it has to be named. */
function chosenTarget(ctx: Ctx, name: string | undefined): string {
  const known = [...ctx.config.targets.keys()]
  if (name === undefined && known.length === 1) return known[0]!
  if (name === undefined || name === '')
    throw new Refusal(
      'invalid',
      'target_missing',
      `Say which target: ${known.join(', ')}.`,
      'Add target=… to the request.',
    )
  return targetOf(ctx.config, name).name
}

async function tooMany(stores: Stores, target: string, most: number): Promise<void> {
  const open = await stores.standing.openMissions(target)
  if (open >= most)
    throw new Refusal(
      'conflict',
      'too_many_missions',
      `${target} has ${open} open missions; at most ${most} are allowed.`,
      'Decide or cancel some of them first.',
    )
}

/** The reason of a mission that waits for its candidate. */
export const awaiting = (why: string): string => `${AWAITING_CANDIDATE}: ${why}`

/** A change that comes as a pull request: its head when its authors were asked, and they. */
export interface FromPull {
  readonly head: string
  readonly authors: readonly ActorRef[]
}

export async function openMission(
  ctx: Ctx,
  actor: Actor,
  input: ProposalInput,
  pull?: FromPull,
): Promise<Mission> {
  permit(actor, 'propose')
  const target = targetOf(ctx.config, chosenTarget(ctx, input.target))
  const fields = {
    title: written('title', input.title),
    description: written('description', input.description, true),
    rationale: written('rationale', input.rationale),
  }
  oneChange(input)
  // A bad patch is refused before anything exists: the mission would only be there to fail.
  const change = await changeOf(ctx, target, input, pull)
  const claims: readonly Claim[] = input.claims?.length ? input.claims : [{ kind: 'no_harm' }]
  mustBeBringable(target, claims)
  const mission: NewMission = {
    id: newMissionId(),
    target: target.name,
    ...fields,
    claims,
    proposer: refOf(actor),
    opportunity: null,
    phase: 'sandbox_testing',
  }
  if (change) await mustBringBench(ctx.repositories, target, change.tree, claims)
  return ctx.transact(async (stores) => {
    await tooMany(stores, target.name, target.policy.max_open_missions)
    if (change) await mustBeNew(stores, ctx, target.name, change)
    const made = await begin(stores, mission, actor)
    if (change) {
      const candidate = draft(made.id, 1, change, distinct([...(pull?.authors ?? []), refOf(actor)]))
      await stores.candidates.insert(candidate)
      await stores.missions.save({ ...made, candidate: candidate.id })
      await stores.ledger.append([candidateEntry(actor, candidate)])
      await stores.outbox.add([
        { kind: 'test-candidate', payload: { mission: made.id, candidate: candidate.id } },
      ])
    } else await askAgent(stores, target, made)
    return made
  })
}

/** It waits for whoever is faster: the agent for people, where there is one, or somebody. */
async function askAgent(stores: Stores, target: Target, mission: Mission): Promise<void> {
  const agent = proposerFor(target, { detector: null, proposer: mission.proposer, authors: [] })
  await waitForCandidate(
    stores,
    mission,
    agent ? `${nameOfProposer(agent)} is asked for one` : 'nobody has attached a change yet',
  )
  if (agent) await stores.outbox.add([{ kind: 'propose-candidate', payload: { mission: mission.id } }])
}

export function oneChange({ patch, ref }: Pick<ProposalInput, 'patch' | 'ref'>): void {
  if (patch !== undefined && ref !== undefined)
    throw new Refusal('invalid', 'patch_and_ref', 'Both a patch and a ref are given.', 'Send one of them.')
}

export async function changeOf(
  ctx: Pick<Ctx, 'repositories'>,
  target: ReturnType<typeof targetOf>,
  input: Pick<ProposalInput, 'patch' | 'ref'>,
  pull?: FromPull,
): Promise<Change | undefined> {
  if (input.patch === undefined && input.ref === undefined) return undefined
  // Whose it is only GitHub says, and only a worker asks.
  if (target.github && !pull && input.ref?.startsWith('refs/pull/'))
    throw new Refusal(
      'conflict',
      'pull_request_by_label',
      `Pull requests of ${target.name} become missions by their label ${target.github.label}.`,
      'Give it the label. A line such as "Grace-Claim: latency 5" in its description says what it claims.',
    )
  const base = await ctx.repositories.head(target)
  return input.patch !== undefined
    ? ctx.repositories.fromPatch(target, base, input.patch)
    : atHead(await ctx.repositories.fromRef(target, base, input.ref!), pull)
}

/** Whoever pushed in between is none of those who were asked for. */
function atHead(change: Change, pull: FromPull | undefined): Change {
  if (pull && change.pullRequest?.head !== pull.head)
    throw new Refusal(
      'conflict',
      HEAD_MOVED,
      'The pull request has another head by now.',
      'It is looked at again.',
    )
  return change
}
export const HEAD_MOVED = 'head_moved'

async function begin(stores: Stores, mission: NewMission, actor: Actor): Promise<Mission> {
  const made = await stores.missions.insert(mission)
  await stores.ledger.append([
    {
      kind: 'MissionOpened',
      actor: refOf(actor),
      mission: made.id,
      facts: {
        number: made.number,
        target: made.target,
        phase: made.phase,
        claims: asJson(made.claims),
        opportunity: made.opportunity,
        title: spoken(made.title),
        description: spoken(made.description),
        rationale: spoken(made.rationale),
      },
    },
  ])
  return made
}

export const candidateEntry = (actor: Actor, candidate: ReturnType<typeof draft>) => ({
  kind: 'CandidateAttached',
  actor: refOf(actor),
  mission: candidate.mission,
  facts: {
    revision: candidate.revision,
    digest: candidate.digest,
    base_commit: candidate.baseCommit,
    tree: candidate.tree,
    patch_id: candidate.patchId,
    authors: asJson(candidate.authors),
    pull_request: candidate.pullRequest ? asJson(candidate.pullRequest) : undefined,
  },
})

/** Leaves the mission waiting in sandbox_testing, to expire in seven days. */
export async function waitForCandidate(stores: Stores, mission: Mission, why: string): Promise<void> {
  await stores.missions.save({ ...mission, reason: awaiting(why) })
  await stores.outbox.add([
    {
      kind: 'expire-mission',
      payload: { mission: mission.id },
      key: `expire:${mission.id}`,
      afterMs: CANDIDATE_DEADLINE_MS,
    },
    {
      kind: 'announce',
      payload: { mission: mission.id, event: 'awaiting_candidate', why, measured: mission.evidence !== null },
    },
  ])
}

/** A detector's finding: a new mission, one more sighting of an open one, or neither. */
export async function openFromFinding(
  ctx: Pick<Ctx, 'transact' | 'config'>,
  finding: Finding,
): Promise<Mission | undefined> {
  const actor = grace(`detector:${finding.detector}`)
  const target = targetOf(ctx.config, finding.target)
  return ctx.transact(async (stores) => {
    if ((await weighFinding(stores, target, finding)).as === 'held') return undefined
    const { opportunity, isNew } = await stores.opportunities.report({
      id: newId(),
      target: finding.target,
      detector: finding.detector,
      fingerprint: fingerprintOf(finding),
      fields: finding.fields,
      summary: finding.summary,
      evidence: finding.evidence,
      magnitude: finding.magnitude,
    })
    if (!isNew) return undefined
    const made = await begin(
      stores,
      {
        id: newMissionId(),
        target: finding.target,
        title: oneLine(finding.title),
        description: finding.summary,
        rationale: finding.rationale,
        claims: finding.claims,
        proposer: refOf(actor),
        opportunity: opportunity.id,
        phase: 'detected',
      },
      actor,
    )
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: made.id, event: 'detected', summary: finding.summary } },
      { kind: 'propose-candidate', payload: { mission: made.id } },
    ])
    return made
  })
}
