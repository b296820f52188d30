import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Role } from './command.ts'

/** Whether somebody is a voter of that target the verb asks, which knows the target. */
export function permitRole(actor: Actor, role: Role): void {
  if (role === 'reader' || actor.kind === 'member') return
  throw new Refusal(
    'forbidden',
    'not_a_member',
    'Only members may do that, and this account is none.',
    'Ask to be added to grace.yaml, or join it to a member with /grace link.',
  )
}
