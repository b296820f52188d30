// The parliament's rule, as a pure count. PostgreSQL counts the same again before anything executes.
import type { Elector } from './electorate.ts'

export const VOTES = ['approve', 'reject', 'abstain', 'withdrawn'] as const
export type Vote = (typeof VOTES)[number]
/** What a person can say; `withdrawn` takes it back. */
export const CHOICES = ['approve', 'reject', 'abstain'] as const

export interface Ballot {
  readonly member: string
  readonly vote: Vote
}

export interface Rule {
  readonly minApprovals: number
  /** Basis points of approvals + rejects. */
  readonly share: number
  /** One of them has to approve, where the risk is critical; empty: nobody in particular. */
  readonly owners: readonly string[]
}

export interface Tally {
  readonly approvals: number
  readonly rejects: number
  readonly abstentions: number
  readonly notVoted: number
  readonly passes: boolean
  /** What the result is whatever the others still vote; null while they can change it. */
  readonly settled: 'passed' | 'rejected' | null
}

/**
 * Pass ⇔ approvals ≥ min_approvals and approvals ≥ share × (approvals + rejects), at least one approval. Every
 * elector is a person, so every approval is a person's.
 */
export const passes = (
  approvals: number,
  rejects: number,
  rule: Pick<Rule, 'minApprovals' | 'share'>,
): boolean =>
  approvals >= Math.max(1, rule.minApprovals) && approvals * 10_000 >= rule.share * (approvals + rejects)

export function tally(electors: readonly Elector[], ballots: readonly Ballot[], rule: Rule): Tally {
  const voteOf = new Map(ballots.map((ballot) => [ballot.member, ballot.vote]))
  let [approvals, rejects, abstentions, notVoted, mayStillApprove] = [0, 0, 0, 0, 0]
  // Nobody in particular is needed, or one who is has approved; or one may yet.
  let ownerApproved = rule.owners.length === 0
  let ownerMayYet = ownerApproved
  for (const elector of electors) {
    const vote = voteOf.get(elector.member)
    const owns = rule.owners.includes(elector.member)
    if (vote === 'approve' && elector.mayApprove) {
      approvals++
      ownerApproved ||= owns
    } else if (vote === 'reject') rejects++
    else if (vote === 'abstain') abstentions++
    else {
      notVoted++
      if (elector.mayApprove) {
        mayStillApprove++
        ownerMayYet ||= owns
      }
    }
  }
  const atBest = (ownerApproved || ownerMayYet) && passes(approvals + mayStillApprove, rejects, rule)
  const atWorst = ownerApproved && passes(approvals, rejects + notVoted, rule)
  return {
    approvals,
    rejects,
    abstentions,
    notVoted,
    passes: ownerApproved && passes(approvals, rejects, rule),
    settled: atWorst ? 'passed' : atBest ? null : 'rejected',
  }
}
