// SLSA verification summary v1: that all of it was looked at, by which policy, and what it came to.
import { bare, type Statement, type Subject, statementAbout } from './statement.ts'

export const VERIFICATION_SUMMARY = 'https://slsa.dev/verification_summary/v1'

/** Of an organization's own kind (`ORG_SOURCE_`), as SLSA's source track lets one name it. */
const SIX_CONDITIONS = 'ORG_SOURCE_GRACE_SIX_CONDITIONS'
/** SLSA's own property: only where two people other than the authors approved. */
const TWO_PARTY_REVIEWED = 'SLSA_SOURCE_TWO_PARTY_REVIEWED'

export interface VerificationSummary {
  readonly verifier: { readonly id: string }
  readonly timeVerified: string
  readonly resourceUri: string
  readonly policy: { readonly uri: string; readonly digest: { readonly sha256: string } }
  readonly inputAttestations: readonly { readonly digest: { readonly sha256: string } }[]
  readonly verificationResult: 'PASSED' | 'FAILED'
  readonly verifiedLevels: readonly string[]
}

export const verificationSummary = (
  subject: Subject,
  of: {
    readonly at: Date
    readonly resourceUri: string
    readonly target: string
    readonly policyDigest: string
    /** Digests of the envelopes that it rests on. */
    readonly inputs: readonly string[]
    /** People who approved and wrote nothing of it. */
    readonly reviewers: number
  },
): Statement<VerificationSummary> =>
  statementAbout(subject, VERIFICATION_SUMMARY, {
    verifier: { id: 'urn:grace:gate' },
    timeVerified: of.at.toISOString(),
    resourceUri: of.resourceUri,
    policy: { uri: `urn:grace:policy:${of.target}`, digest: { sha256: bare(of.policyDigest) } },
    inputAttestations: of.inputs.map((sha256) => ({ digest: { sha256 } })),
    verificationResult: 'PASSED',
    verifiedLevels: [SIX_CONDITIONS, ...(of.reviewers >= 2 ? [TWO_PARTY_REVIEWED] : [])],
  })
