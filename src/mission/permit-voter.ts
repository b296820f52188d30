import type { Config } from '../config/config.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { targetOf } from './context.ts'

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
