// Who is asked for a mission's change: the target's playbook for what a detector found, else the agent for it.
import { PEOPLE } from '../config/agents-schema.ts'
import type { Target } from '../config/config.ts'
import { type Actor, type ActorRef, grace } from '../kernel/actor.ts'
import type { Agent } from './agent.ts'
import type { Playbook } from './playbook.ts'

export type Proposer =
  | { readonly kind: 'playbook'; readonly playbook: Playbook }
  | { readonly kind: 'agent'; readonly agent: Agent }

export interface Asking {
  /** Of its opportunity; null where a person or an agent opened it. */
  readonly detector: string | null
  readonly proposer: ActorRef
  /** Of the change that is there; empty where there is none yet. */
  readonly authors: readonly ActorRef[]
}

/** What a person wrote a person revises; what a person only asked for is an agent's, if there is one for people. */
export function proposerFor(
  { playbooks, agents }: Pick<Target, 'playbooks' | 'agents'>,
  { detector, proposer, authors }: Asking,
): Proposer | undefined {
  const playbook = playbooks.find((one) => one.on === detector)
  if (playbook) return { kind: 'playbook', playbook }
  const agent = agents.find((one) => one.on === (detector ?? PEOPLE))
  if (!agent || (detector === null && proposer.kind !== 'member')) return undefined
  const wroteIt = authors.some(({ kind, id }) => kind === 'agent' && id === agent.name)
  return authors.length === 0 || wroteIt ? { kind: 'agent', agent } : undefined
}

/** `the agent fixer` */
export const nameOfProposer = (one: Proposer): string =>
  one.kind === 'playbook' ? `the playbook ${one.playbook.name}` : `the agent ${one.agent.name}`

/** Who is the author of its change. Nothing that is named here can vote. */
export const actorOfProposer = (one: Proposer): Actor =>
  one.kind === 'playbook'
    ? grace(`playbook:${one.playbook.name}`)
    : {
        kind: 'agent',
        id: one.agent.name,
        name: one.agent.name,
        via: 'terminal',
        scopes: ['read', 'propose'],
      }
