// The first beat of every verb: may this actor do that at all?
import type { Actor, Scope } from './actor.ts'
import { Refusal } from './refusal.ts'

/** Grace's own parts propose and read; nothing of Grace's ever votes or administers. */
const OWN_PARTS: readonly Scope[] = ['read', 'propose']

export function permit(actor: Actor, scope: Scope): void {
  const held = actor.kind === 'grace' ? OWN_PARTS : actor.scopes
  if (held.includes(scope)) return
  throw new Refusal(
    'forbidden',
    'scope_missing',
    `This needs the scope "${scope}"; yours has ${held.length ? held.join(', ') : 'none'}.`,
    `Ask an administrator for a token with that scope: grace token create --scope ${scope}`,
  )
}
