import type { Config } from '../config/config.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { targetOf } from './context.ts'
import { isAwaitingCandidate, type Mission } from './mission.ts'

/** Members of a target stop, undo and pause; others may look and speak. */
export function permitVoter(config: Config, actor: Actor, target: string): void {
  if (actor.kind === 'member' && targetOf(config, target).voters.includes(actor.id)) return
  const voters = targetOf(config, target).voters.join(', ')
  throw new Refusal(
    'forbidden',
    'not_a_voter',
    `Only members of ${target} may do that.`,
    `They are: ${voters}.`,
  )
}

/** What is being measured or voted on is replaced by those whose vote it takes, and by who proposed it. */
export function permitReviser(config: Config, actor: Actor, mission: Mission): void {
  if (actor.kind === 'grace' || isAwaitingCandidate(mission)) return
  const { kind, id } = mission.proposer
  if (actor.kind !== kind || actor.id !== id) permitVoter(config, actor, mission.target)
}
