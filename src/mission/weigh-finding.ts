// Whether what a detector found becomes a mission, and why not.
import type { Target } from '../config/config.ts'
import { isAnswered, LOOK_BACK, restSentence, restsUntil } from '../trigger-mesh/fatigue.ts'
import { type Finding, fingerprintOf } from '../trigger-mesh/opportunity.ts'
import type { Stores } from './context.ts'

export type Weighed =
  | { readonly as: 'new' }
  /** An open mission is about it. */
  | { readonly as: 'seen'; readonly mission: number }
  | { readonly as: 'held'; readonly why: string }

export async function weighFinding(
  { opportunities, standing, clock }: Pick<Stores, 'opportunities' | 'standing' | 'clock'>,
  target: Target,
  finding: Finding,
): Promise<Weighed> {
  const fingerprint = fingerprintOf(finding)
  const open = await opportunities.open(fingerprint)
  if (open) return { as: 'seen', mission: open.mission }
  const last = await opportunities.lastEnding(fingerprint)
  if (last && isAnswered(last, finding.magnitude))
    return {
      as: 'held',
      why: `M-${last.mission} was about the same and is ${last.outcome?.replace('_', ' ')}; it is proposed again when it is a quarter worse.`,
    }
  const until = restsUntil(await opportunities.endings(target.name, LOOK_BACK), await clock.now())
  if (until) return { as: 'held', why: restSentence(target.name, until) }
  const live = await standing.liveMission(target.name)
  if (live !== null)
    return { as: 'held', why: `M-${live} is live and watched; what is seen now may be its doing.` }
  const missions = await standing.openMissions(target.name)
  const most = target.policy.max_open_missions
  if (missions >= most)
    return {
      as: 'held',
      why: `${target.name} has ${missions} open missions; at most ${most} are allowed. Decide or cancel some of them.`,
    }
  return { as: 'new' }
}
