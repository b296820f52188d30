// One person's approval. No vetted predicate exists: this one has the fields of gittuf's reference authorization.
import type { Assertion, Assurance } from '../access/assurance.ts'
import { bare, type Statement, type Subject, statementAbout } from './statement.ts'

export const APPROVAL = 'urn:grace:attestation:approval:v0.1'

export interface Approval {
  /** Branch that the approval lets the change onto. */
  readonly targetRef: string
  /** Commit that it stands on. */
  readonly fromID: string
  /** Git tree that it may become. */
  readonly targetID: string
  readonly approver: {
    readonly member: string
    /** `slack:T1/U2`, `discord:1234`: accounts of theirs, by the ids that no one can change. */
    readonly accounts: readonly string[]
  }
  readonly decision: 'approve'
  /** Surface on which they did, and how sure it is that it was they. */
  readonly via: string
  readonly assurance: Assurance
  /** What the passkey signed; its challenge is the digest of the session (docs/attestations.md). */
  readonly assertion?: Assertion
  readonly castAt: string
  /** What they were shown. */
  readonly shown: {
    readonly session: string
    readonly candidate: { readonly sha256: string }
    readonly evidence: { readonly sha256: string }
    readonly policy: { readonly sha256: string }
  }
}

export interface Approved {
  readonly branch: string
  readonly baseCommit: string
  readonly session: string
  readonly candidateDigest: string
  readonly evidenceDigest: string
  readonly policyDigest: string
}

export interface Approver {
  readonly member: string
  readonly accounts: readonly string[]
  readonly via: string
  readonly assurance: Assurance
  readonly assertion: Assertion | null
  readonly castAt: Date
}

export const approval = (
  subject: Subject,
  of: Approved,
  { member, accounts, via, assurance, assertion, castAt }: Approver,
): Statement<Approval> =>
  statementAbout(subject, APPROVAL, {
    targetRef: `refs/heads/${of.branch}`,
    fromID: of.baseCommit,
    targetID: subject.tree,
    approver: { member, accounts },
    decision: 'approve',
    via,
    assurance,
    ...(assertion ? { assertion } : {}),
    castAt: castAt.toISOString(),
    shown: {
      session: of.session,
      candidate: { sha256: bare(of.candidateDigest) },
      evidence: { sha256: bare(of.evidenceDigest) },
      policy: { sha256: bare(of.policyDigest) },
    },
  })
