// Approved, but not trusted: it is measured more or made better, three times at most and with growing pauses, and
// nobody is asked again before trust is reached. Then it expires.
import type { Target } from '../config/config.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sentence } from '../kernel/text.ts'
import type { Effect } from '../kernel/work.ts'
import { proposerFor } from '../proposing/proposer.ts'
import type { Hold } from '../trust/holds.ts'
import type { KpiResult } from '../trust/kpi.ts'
import type { ScoredCheck } from '../trust/trust.ts'
import { moreRoundsCouldSettle, onceTheWorldMoved } from '../trust/undecided.ts'
import { askingOf } from './ask-proposer.ts'
import type { MissionControl, Stores } from './context.ts'
import { lockMission } from './load.ts'
import { isAwaitingCandidate, type Mission } from './mission.ts'
import { waitForCandidate } from './open-mission.ts'
import { finish } from './settle-session.ts'

/** A revision is a new change, or more rounds where only intervals were too wide. */
export const MOST_REVISIONS = 3
/** Before Grace revises by itself: each time people have longer to do it better. */
const PAUSES_MS = [60_000, 600_000, 3_600_000] as const

const actor = grace('mission-control')

/** The mission as it stands after one more revision. Refuses the fourth. */
export function revised(mission: Mission): Mission {
  if (mission.revisions >= MOST_REVISIONS)
    throw new Refusal(
      'conflict',
      'revisions_spent',
      `M-${mission.number} was revised ${MOST_REVISIONS} times already.`,
      'Decide on what is there, or open a new mission for a better change.',
    )
  return { ...mission, revisions: mission.revisions + 1 }
}

interface Shortfall {
  readonly why: string
  readonly report: readonly KpiResult[]
  readonly checks: readonly (ScoredCheck & { readonly validUntil: Date | null })[]
  readonly holds: readonly Hold[]
}

/** `mission` is in sandbox_testing, with the evidence that was approved and fell short. */
export async function improve(
  stores: Stores,
  mission: Mission,
  target: Target,
  { why, report, checks, holds }: Shortfall,
): Promise<void> {
  const { revisions } = mission
  if (revisions >= MOST_REVISIONS)
    return finish(
      stores,
      mission,
      'expired',
      `Expired: approved and revised ${revisions} times, and still not trusted: ${why}`,
      actor,
    )
  const afterMs = PAUSES_MS[revisions]!
  const opportunity = mission.opportunity ? await stores.opportunities.find(mission.opportunity) : undefined
  const candidate = mission.candidate ? await stores.candidates.find(mission.candidate) : undefined
  const proposer = proposerFor(target, askingOf({ mission, opportunity, candidate }))
  const ways: readonly (readonly [kind: Effect['kind'], words: string])[] = [
    ...(moreRoundsCouldSettle(report, onceTheWorldMoved(checks), holds, target.policy.trust_threshold)
      ? [['measure-again', 'It is measured again'] as const]
      : []),
    ...(proposer ? [['revise-candidate', `Its ${proposer.kind} tries again`] as const] : []),
  ]
  const [way] = ways
  await waitForCandidate(
    stores,
    mission,
    `not trusted yet: ${sentence(why)}${
      way
        ? ` ${way[1]} in ${afterMs / 60_000} min (try ${revisions + 1} of ${MOST_REVISIONS}), unless a better change comes first.`
        : ''
    }`,
  )
  if (way)
    await stores.outbox.add([
      {
        kind: way[0],
        payload: { mission: mission.id, evidence: mission.evidence },
        key: `improve:${mission.id}:${mission.evidence}`,
        afterMs,
      },
    ])
}

/** Job: the pause is over, and nobody has brought anything better. */
export async function measureAgain(
  ctx: Pick<MissionControl, 'transact'>,
  id: string,
  evidence: string,
): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (!isAwaitingCandidate(mission) || mission.evidence !== evidence) return
    await stores.missions.save({ ...revised(mission), reason: '', evidence: null, session: null })
    await stores.ledger.append([
      { kind: 'MeasuredAgain', actor: refOf(actor), mission: id, facts: { revision: mission.revisions + 1 } },
    ])
    await stores.outbox.add([
      { kind: 'test-candidate', payload: { mission: id, candidate: mission.candidate } },
    ])
  })
}
