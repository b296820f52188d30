import type { Actor, ActorRef } from '../kernel/actor.ts'
import { refOf } from '../kernel/actor.ts'
import { type Entry, spoken } from '../kernel/work.ts'
import type { PastVerdict } from '../proposing/agent-brief.ts'
import type { Claim } from '../trust/claim.ts'
import { mayMove, type Outcome, type Phase } from './phases.ts'

export interface Mission {
  readonly id: string
  /** 12 for M-12. */
  readonly number: number
  readonly target: string
  readonly title: string
  readonly description: string
  readonly rationale: string
  readonly phase: Phase
  readonly outcome: Outcome | null
  /** How it ended, or what it waits for, as a sentence; empty where there is nothing to say. */
  readonly reason: string
  /** What keeps an approved mission from going live, a sentence each. */
  readonly heldBy: readonly string[]
  readonly claims: readonly Claim[]
  readonly proposer: ActorRef
  readonly opportunity: string | null
  readonly candidate: string | null
  readonly evidence: string | null
  readonly session: string | null
  /** How often it was revised. */
  readonly revisions: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly completedAt: Date | null
}

export type NewMission = Pick<
  Mission,
  'id' | 'target' | 'title' | 'description' | 'rationale' | 'claims' | 'proposer' | 'opportunity'
> & { readonly phase: 'detected' | 'sandbox_testing' }

/** Where a mission waits without a candidate, this is its reason. */
export const AWAITING_CANDIDATE = 'awaiting_candidate'

export const isAwaitingCandidate = (mission: Mission): boolean =>
  mission.phase === 'sandbox_testing' && mission.reason.startsWith(AWAITING_CANDIDATE)

export interface Move {
  readonly next: Mission
  readonly entry: Entry
}

type Changes = Partial<Pick<Mission, 'reason' | 'heldBy' | 'candidate' | 'evidence' | 'session'>>

/** A transition and its ledger entry. A transition that the table does not have is a fault of ours. */
export function move(
  mission: Mission,
  to: Exclude<Phase, 'complete'>,
  actor: Actor,
  cause: string,
  changes: Changes = {},
): Move {
  if (!mayMove(mission.phase, to))
    throw new Error(`${mission.id}: no transition from ${mission.phase} to ${to}`)
  const next = { ...mission, reason: '', heldBy: [], ...changes, phase: to }
  return { next, entry: moved(mission, to, null, actor, cause, next.reason) }
}

export function complete(mission: Mission, outcome: Outcome, actor: Actor, reason: string): Move {
  if (!mayMove(mission.phase, 'complete')) throw new Error(`${mission.id}: ${mission.phase} can't complete`)
  const next: Mission = { ...mission, phase: 'complete', outcome, reason, heldBy: [] }
  return { next, entry: moved(mission, 'complete', outcome, actor, outcome, reason) }
}

const moved = (
  mission: Mission,
  to: Phase,
  outcome: Outcome | null,
  actor: Actor,
  cause: string,
  reason: string,
): Entry => ({
  kind: 'MissionMoved',
  actor: refOf(actor),
  mission: mission.id,
  facts: { from: mission.phase, to, outcome, cause, reason: reason ? spoken(reason) : undefined },
})

/** What Mission Control keeps. */
export interface Missions {
  /** Returns the mission with its number. */
  insert(mission: NewMission): Promise<Mission>
  find(id: string): Promise<Mission | undefined>
  /** Locks the row until the transaction ends. */
  lock(id: string): Promise<Mission | undefined>
  save(mission: Mission): Promise<void>
  /** How far the running step is, 0…1; null once nothing runs. */
  progressOf(id: string): Promise<{ step: string; done: number } | null>
  noteProgress(id: string, progress: { step: string; done: number } | null): Promise<void>
  /** How the newest complete ones of a target ended. */
  endings(target: string, most: number): Promise<readonly PastVerdict[]>
  /** Ids of all that are not complete. */
  unfinished(): Promise<readonly string[]>
}
