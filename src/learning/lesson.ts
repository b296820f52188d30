// What became of a change that went live: all that Grace learns from. The ledger alone gives the same lessons as the tables do.
import type { ActorRef } from '../kernel/actor.ts'
import type { Json } from '../kernel/digest.ts'

export const CONCLUDED = ['succeeded', 'rolled_back', 'inconclusive'] as const
export type Concluded = (typeof CONCLUDED)[number]

export interface Lesson {
  readonly mission: string
  readonly target: string
  /** Who opened the mission: `member ada`, `grace detector:latency`. */
  readonly proposer: string
  /** Who wrote the change that went live: `grace playbook:missing-index-sqlite`, `member ada`. */
  readonly authors: readonly string[]
  /** What was voted on, in basis points. */
  readonly trust: number
  readonly outcome: Concluded
  /** Whether the claimed improvement was seen live; null where live traffic can't say. */
  readonly confirmed: boolean | null
}

export interface Lessons {
  /** Of a target or of all, in the order in which the missions were opened. */
  of(target?: string): Promise<readonly Lesson[]>
}

interface Leaf {
  readonly kind: string
  readonly actor: ActorRef
  readonly mission?: string
  readonly facts: Readonly<Record<string, Json>>
}

export const nameOf = ({ kind, id }: ActorRef): string => `${kind} ${id}`

/** From the leaves of a ledger (RFC 8785 JSON), in its order. */
export function lessonsIn(leaves: Iterable<string>): Lesson[] {
  const opened = new Map<string, { -readonly [K in keyof Lesson]?: Lesson[K] }>()
  for (const text of leaves) {
    const { kind, actor, mission, facts } = JSON.parse(text) as Leaf
    if (mission === undefined) continue
    if (kind === 'MissionOpened')
      opened.set(mission, { mission, target: facts.target as string, proposer: nameOf(actor) })
    const known = opened.get(mission)
    if (!known) continue
    if (kind === 'CandidateAttached') known.authors = (facts.authors as unknown as ActorRef[]).map(nameOf)
    if (kind === 'EvidenceRecorded') known.trust = facts.trust as number
    if (kind === 'OutcomeRecorded') {
      known.outcome = facts.outcome as Concluded
      known.confirmed = facts.confirmed as boolean | null
    }
  }
  return [...opened.values()].filter((one): one is Lesson => one.outcome !== undefined)
}
