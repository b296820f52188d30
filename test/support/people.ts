import type { Actor, Scope } from '../../src/kernel/actor.ts'

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
