// A playbook or an agent is asked for a change: the first, or a better one. What an agent did is kept, whatever came of it.
import type { Target } from '../config/config.ts'
import { asJson, type Json } from '../kernel/digest.ts'
import { shortName } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { Attempt } from '../proposing/agent.ts'
import { filesOf } from '../proposing/agent-brief.ts'
import { type Asking, nameOfProposer, type Proposer } from '../proposing/proposer.ts'
import type { MissionControl } from './context.ts'
import type { Mission } from './mission.ts'
import type { MissionStory } from './read-mission.ts'

type Ctx = Pick<MissionControl, 'transact' | 'playbooks' | 'agents'>
type Asked = Pick<MissionStory, 'mission' | 'opportunity' | 'candidate'>

/** Of one mission: each may cost its whole budget. */
const MOST_RUNS = 10
/** How many earlier missions an agent is told of. */
const PAST = 20

export const askingOf = ({ mission, opportunity, candidate }: Asked): Asking => ({
  detector: opportunity?.detector ?? null,
  proposer: mission.proposer,
  authors: candidate?.authors ?? [],
})

/** The patch, or why there is none; `why` is a sentence's end in both cases. */
export async function askProposer(
  ctx: Ctx,
  proposer: Proposer,
  target: Target,
  base: string,
  { mission, opportunity }: Asked,
  revision?: Readonly<Record<string, Json>>,
): Promise<{ patch: string; why: string }> {
  const brief = {
    mission: mission.id,
    title: mission.title,
    detector: opportunity?.detector ?? null,
    evidence: asJson(opportunity?.evidence ?? {}),
    ...(revision ? { revision } : {}),
  }
  if (proposer.kind === 'playbook') {
    const { patch, output } = await ctx.playbooks.run(target, proposer.playbook, base, brief)
    const said = oneLine(output, 160)
    return patch.trim() === ''
      ? { patch: '', why: `${nameOfProposer(proposer)} left no change: ${said || 'it said nothing'}` }
      : { patch, why: said }
  }
  const { verdicts, runs } = await ctx.transact(async ({ missions, transcripts }) => ({
    verdicts: await missions.endings(target.name, PAST),
    runs: (await transcripts.of(mission.id)).length,
  }))
  if (runs >= MOST_RUNS)
    return {
      patch: '',
      why: `${nameOfProposer(proposer)} was asked ${MOST_RUNS} times, and is not asked again`,
    }
  const files = filesOf({
    ...brief,
    mission: shortName(mission.number),
    summary: opportunity?.summary ?? mission.description,
    rationale: mission.rationale,
    claims: mission.claims,
    verdicts,
    revision,
  })
  const attempt = await ctx.agents.run(target, proposer.agent, base, brief, files).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'agent_unusable') return error
    throw error
  })
  if (attempt instanceof Refusal) return { patch: '', why: `${attempt.message} ${attempt.next}` }
  await keep(ctx, mission, attempt)
  return attempt.patch === ''
    ? { patch: '', why: `${nameOfProposer(proposer)} ${attempt.ended}` }
    : { patch: attempt.patch, why: attempt.ended }
}

/** The ledger has its digest: no other transcript can take its place. */
async function keep(ctx: Ctx, mission: Mission, { patch: _patch, ...attempt }: Attempt): Promise<void> {
  const { agent, digest, tokens, requests, wallMs, ended } = attempt
  await ctx.transact(async (stores) => {
    await stores.transcripts.insert({ ...attempt, mission: mission.id })
    await stores.ledger.append([
      {
        kind: 'AgentAsked',
        actor: { kind: 'agent', id: agent },
        mission: mission.id,
        facts: { transcript: digest, tokens, requests, ms: wallMs, ended: spoken(ended) },
      },
    ])
  })
}
