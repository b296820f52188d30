// Who does something. Every verb takes one, every ledger entry names one.

export const SCOPES = ['read', 'propose', 'vote', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** The surfaces a person can act from. */
export type Surface = 'rest' | 'console' | 'terminal' | 'slack' | 'discord' | 'github'

export type Actor =
  | { kind: 'member'; id: string; name: string; via: Surface; scopes: readonly Scope[] }
  | { kind: 'agent'; id: string; name: string; via: Surface; scopes: readonly Scope[] }
  /** Somebody in a channel who is no member: reads and speaks, nothing else. */
  | { kind: 'guest'; id: string; name: string; via: Surface; scopes: readonly Scope[] }
  | { kind: 'grace'; id: string }

/** The part of an actor that records keep. */
export interface ActorRef {
  kind: Actor['kind']
  id: string
}

/** As people are shown it; Grace's own parts have no name beside their id. */
export const nameOf = (actor: Actor): string => (actor.kind === 'grace' ? actor.id : actor.name)

export const refOf = (actor: Actor): ActorRef => ({ kind: actor.kind, id: actor.id })

/** Each once. */
export const distinct = (refs: readonly ActorRef[]): ActorRef[] => [
  ...new Map(refs.map((ref) => [`${ref.kind} ${ref.id}`, ref])).values(),
]

/** One of Grace's own parts, such as `detector:latency`. */
export const grace = (part: string): Actor => ({ kind: 'grace', id: part })
