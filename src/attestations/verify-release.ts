// What the executor finds out by itself before it acts: that people approved exactly this, by signatures and a proof.
import type { Assurance } from '../access/assurance.ts'
import type { Json } from '../kernel/digest.ts'
import { type Unsealed, unseal } from '../keys/key.ts'
import { openProof } from '../ledger/open-proof.ts'
import { APPROVAL, type Approval, type Approved } from './approval.ts'
import { ATTRIBUTE, type Attribute } from './attribute.ts'
import type { Attestations } from './release.ts'
import { bare, digestOfEnvelope, isAbout, type Statement, type Subject } from './statement.ts'
import { speaksOf } from './test-result.ts'
import { VERIFICATION_SUMMARY, type VerificationSummary } from './verification-summary.ts'

/** What an execution is about to do. */
export interface Released extends Subject, Approved {
  readonly minApprovals: number
  /** What each of them needs at least. */
  readonly assurance: Assurance
  /** Members who may approve it. */
  readonly mayApprove: readonly string[]
  /** One of them has to be among those who approved; empty: nobody in particular. */
  readonly owners: readonly string[]
  /** Ids of the checks that there are. */
  readonly constitution: readonly string[]
}

export interface KnownKeys {
  readonly attestation: readonly Uint8Array[]
  readonly ledger: readonly Uint8Array[]
}

/** Ids of the keys that signed, who approved, and the checkpoint that the proof ends in. */
export interface Vouched {
  readonly keyIds: readonly string[]
  readonly approvals: readonly Approval[]
  readonly checkpoint: { readonly size: number; readonly note: string; readonly keyId: string }
}

const STANDS = new Set(['pass', 'attested', 'not_applicable'])

export interface Fault {
  /** The first thing that is not as it has to be, as the rest of a sentence. */
  readonly fault: string
}

export function verifyRelease(
  { envelopes, proof }: Attestations,
  of: Released,
  known: KnownKeys,
): Vouched | Fault {
  const opened: { readonly statement: Statement; readonly keyId: string }[] = []
  for (const envelope of envelopes) {
    const one: Unsealed | undefined = unseal(envelope, known.attestation)
    if (!one) return { fault: 'a statement about it is not signed by a key of Grace’s' }
    if (!isAbout(one.statement, of.tree)) return { fault: 'a statement is about another tree' }
    opened.push({ statement: one.statement, keyId: one.keyId })
  }
  const [tests, ...rest] = opened
  if (!speaksOf(tests?.statement, of)) return { fault: 'its tests were signed for something else' }

  const attributes = rest.flatMap(({ statement }) =>
    statement.predicateType === ATTRIBUTE ? (statement.predicate as Attribute).attributes : [],
  )
  for (const id of of.constitution) {
    const said = attributes.filter((one) => one.attribute === `constitution:${id}`)
    if (said.length !== 1 || !STANDS.has(said[0]!.conditions.verdict))
      return { fault: `nothing signed says that ${id} stands` }
  }

  const approvals = rest.flatMap(({ statement }) =>
    statement.predicateType === APPROVAL ? [statement.predicate as Approval] : [],
  )
  const unsure = approvals.find((one) => of.assurance === 'passkey' && one.assurance !== 'passkey')
  if (unsure) return { fault: `${unsure.approver.member} approved it without a passkey` }
  const wrong = approvals.find((one) => !isOf(one, of))
  if (wrong) return { fault: `the approval by ${wrong.approver.member} is of something else` }
  const approvers = new Set(approvals.map(({ approver }) => approver.member))
  const stranger = [...approvers].find((member) => !of.mayApprove.includes(member))
  if (stranger !== undefined) return { fault: `${stranger} may not approve it` }
  if (approvers.size < Math.max(1, of.minApprovals))
    return { fault: `${approvers.size} signed approvals, ${Math.max(1, of.minApprovals)} are needed` }

  if (of.owners.length > 0 && !of.owners.some((owner) => approvers.has(owner)))
    return { fault: `none of ${of.owners.join(', ')} has signed it` }

  const closed = openProof(proof, known.ledger)
  if (!closed) return { fault: 'its vote is not proven to stand in the ledger' }
  const { kind, mission, facts } = JSON.parse(closed.leaf) as {
    kind?: string
    mission?: string
    facts?: Record<string, Json>
  }
  if (
    kind !== 'SessionClosed' ||
    mission !== of.mission ||
    facts?.session !== of.session ||
    facts.result !== 'passed' ||
    !(Number(facts.approvals) >= approvers.size)
  )
    return { fault: 'what the ledger proves is another vote' }

  const summary = opened.at(-1)!.statement
  const inputs = envelopes.slice(0, -1).map(digestOfEnvelope)
  if (summary.predicateType !== VERIFICATION_SUMMARY) return { fault: 'it has no summary' }
  const said = summary.predicate as VerificationSummary
  if (
    said.verificationResult !== 'PASSED' ||
    said.policy.digest.sha256 !== bare(of.policyDigest) ||
    said.inputAttestations.map(({ digest }) => digest.sha256).join() !== inputs.join()
  )
    return { fault: 'its summary is of other statements, or of another policy' }
  return {
    keyIds: [...new Set(opened.map(({ keyId }) => keyId))],
    approvals,
    checkpoint: { size: closed.checkpoint.size, note: closed.note, keyId: closed.checkpoint.keyId },
  }
}

const isOf = ({ targetRef, fromID, targetID, decision, shown }: Approval, of: Released): boolean =>
  decision === 'approve' &&
  targetRef === `refs/heads/${of.branch}` &&
  fromID === of.baseCommit &&
  targetID === of.tree &&
  shown.session === of.session &&
  shown.candidate.sha256 === bare(of.candidateDigest) &&
  shown.evidence.sha256 === bare(of.evidenceDigest) &&
  shown.policy.sha256 === bare(of.policyDigest)
