import type { Actor, Scope } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

export const member = (id: string, scopes: readonly Scope[] = ['read', 'propose', 'vote']): Actor => ({
  kind: 'member',
  id,
  name: id,
  via: 'rest',
  scopes,
})
export const agent = (id: string): Actor => ({
  kind: 'agent',
  id,
  name: id,
  via: 'rest',
  scopes: ['read', 'propose'],
})
/** Somebody in the channel who is no member. */
export const guest: Actor = { kind: 'guest', id: 'slack:T/U', name: 'Eve', via: 'slack', scopes: ['read'] }
/** Code of the refusal. */
export const refused = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'allowed'
}
