// All that is signed when the gate lets a change through; it travels with the merge.
import type { CheckResult } from '../checks/ask.ts'
import { type Envelope, type Signer, seal } from '../keys/key.ts'
import { type Approved, type Approver, approval } from './approval.ts'
import { attribute } from './attribute.ts'
import { digestOfEnvelope, type Subject } from './statement.ts'
import { verificationSummary } from './verification-summary.ts'
import { vulnerabilities } from './vulnerabilities.ts'

export interface Release extends Subject, Approved {
  readonly target: string
  readonly repository: string
  readonly approvers: readonly Approver[]
  /** Members who wrote some of the change or the claim. */
  readonly authors: readonly string[]
  readonly checks: readonly CheckResult[]
  /** The statement about its tests, as it was signed when they ran. */
  readonly tests: Envelope
  readonly at: Date
}

/** Attestations of an execution, as they are kept and pushed. */
export interface Attestations {
  /** The tests first, the summary last. */
  readonly envelopes: readonly Envelope[]
  /** C2SP tlog-proof: the session's closing stands in the ledger. */
  readonly proof: string
}

export async function attest(release: Release, signer: Signer): Promise<Envelope[]> {
  const at = release.at.toISOString()
  const statements = [
    ...release.checks
      .filter((check) => check.id === 'no_vulnerabilities')
      .map((check) => vulnerabilities(release, check, at)),
    ...release.checks
      .filter((check) => check.family === 'constitution')
      .map((check) => attribute(release, check)),
    ...release.approvers.map((approver) => approval(release, release, approver)),
  ]
  const inputs = [release.tests]
  for (const statement of statements) inputs.push(await seal(statement, signer))
  const summary = verificationSummary(release, {
    at: release.at,
    resourceUri: uriOf(release.repository),
    target: release.target,
    policyDigest: release.policyDigest,
    inputs: inputs.map(digestOfEnvelope),
    reviewers: release.approvers.filter(({ member }) => !release.authors.includes(member)).length,
  })
  return [...inputs, await seal(summary, signer)]
}

/** Without what somebody may have put into it to sign in with. */
function uriOf(repository: string): string {
  if (!URL.canParse(repository)) return repository
  const url = new URL(repository)
  url.username = ''
  url.password = ''
  return `git+${url.href}`
}
