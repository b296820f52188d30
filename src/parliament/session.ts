import type { Assertion, Assurance } from '../access/assurance.ts'
import type { Elector } from './electorate.ts'
import type { Ballot, Rule } from './tally.ts'

export interface Session extends Rule {
  readonly id: string
  readonly mission: string
  readonly target: string
  readonly candidateDigest: string
  readonly evidence: string
  readonly evidenceDigest: string
  readonly policyDigest: string
  readonly electorateDigest: string
  /** What an approval needs at least. */
  readonly assurance: Assurance
  readonly dwellMs: number
  /** Trust shown and threshold when it opened (basis points). */
  readonly trust: number
  readonly threshold: number
  readonly openedAt: Date
  readonly deadline: Date
  readonly state: 'open' | 'closed' | 'void'
  readonly result: 'passed' | 'rejected' | 'expired' | null
  readonly closedAt: Date | null
  readonly closingEntry: string | null
  readonly reason: string
}

export interface CastBallot extends Ballot {
  readonly name: string
  readonly reason: string
  readonly via: string
  readonly assurance: Assurance
  /** What the passkey signed; null where there was none. */
  readonly assertion: Assertion | null
  readonly clickedAt: Date
  readonly castAt: Date
  readonly carriedFrom: string | null
}

/** What the parliament keeps. */
export interface Sessions {
  find(id: string): Promise<Session | undefined>
  /** Locks the row until the transaction ends, as the ballot trigger and the gate do. */
  lock(id: string): Promise<Session | undefined>
  /** Those who may vote now: in the snapshot and still active voters of the target. */
  electors(session: string): Promise<readonly (Elector & { readonly active: boolean })[]>
  ballots(session: string): Promise<readonly CastBallot[]>
  open(session: Session, electors: readonly Elector[]): Promise<void>
  /** Open → closed or void, closed → void. */
  end(
    session: string,
    end: { state: 'closed' | 'void'; result: Session['result']; closingEntry: string | null; reason: string },
  ): Promise<void>
  cast(session: string, ballot: Omit<CastBallot, 'name' | 'castAt'>): Promise<void>
}

export type Decision =
  | { readonly close: 'passed' | 'rejected' | 'expired' }
  /** Settled, and waiting for a reject that may still come. */
  | { readonly dwellMs: number }
  | { readonly wait: true }

/**
 * Whether a session closes now, given what its electors voted and when the last of them did. `electors` counts the
 * snapshot, as the gate does: who has left meanwhile makes no dwell shorter.
 */
export function decide(
  session: Pick<Session, 'deadline' | 'dwellMs'>,
  outcome: { readonly passes: boolean; readonly settled: 'passed' | 'rejected' | null },
  electors: number,
  lastBallot: Date | undefined,
  now: Date,
): Decision {
  if (now >= session.deadline) return { close: outcome.passes ? 'passed' : 'expired' }
  if (outcome.settled === 'rejected') return { close: 'rejected' }
  if (outcome.settled !== 'passed') return { wait: true }
  const dwell = electors > 1 ? session.dwellMs : 0
  const left = (lastBallot?.getTime() ?? 0) + dwell - now.getTime()
  return left > 0 ? { dwellMs: left } : { close: 'passed' }
}
