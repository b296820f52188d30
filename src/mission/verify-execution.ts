// The executor trusts no row: signatures, a proof and its own configuration have to say that people approved this change.
import type { Attestations } from '../attestations/release.ts'
import { type Fault, type Vouched, verifyRelease } from '../attestations/verify-release.ts'
import { type Candidate, candidateDigest } from '../candidate/candidate.ts'
import type { Target } from '../config/config.ts'
import { CONSTITUTION } from '../constitution/index.ts'
import type { Execution } from '../execution/execution.ts'
import { Refusal } from '../kernel/refusal.ts'
import { keyIdOf, type Purpose } from '../keys/key.ts'
import { challengeOf, responseOf } from '../parliament/passkey.ts'
import type { Session } from '../parliament/session.ts'
import type { Executor } from './executor.ts'
import type { Mission } from './mission.ts'

export type Verified = Vouched & { readonly attestations: Attestations }

/** Nothing of it is done yet: its checks have to hold still. */
export async function verifyExecution(
  ctx: Executor,
  target: Target,
  execution: Execution,
  mission: Mission,
  candidate: Candidate,
  hasBegun: boolean,
): Promise<Verified | Fault> {
  const { attestations, session, electors, stale } = await ctx.transact(async (stores) => ({
    attestations: await stores.attestations.of(execution.id),
    session: await stores.sessions.find(execution.session),
    electors: await stores.sessions.electors(execution.session),
    stale: (mission.evidence ? await stores.evidence.stale(mission.evidence) : [])[0],
  }))
  if (stale !== undefined && !hasBegun) return { fault: `the answer of ${stale} is too old by now` }
  if (!attestations || !session) return { fault: 'nothing was signed for it' }
  if (candidateDigest(candidate) !== execution.candidateDigest)
    return { fault: 'the candidate is not the one that was approved' }
  const known = await ctx.known()
  const vouched = verifyRelease(
    attestations,
    {
      mission: mission.id,
      tree: candidate.tree,
      branch: target.branch,
      baseCommit: candidate.baseCommit,
      session: execution.session,
      candidateDigest: execution.candidateDigest,
      evidenceDigest: execution.evidenceDigest,
      policyDigest: execution.policyDigest,
      minApprovals: Math.max(session.minApprovals, target.parliament.min_approvals),
      assurance: session.assurance,
      mayApprove: electors
        .filter(({ member, mayApprove }) => mayApprove && target.voters.includes(member))
        .map(({ member }) => member),
      owners: session.owners,
      constitution: CONSTITUTION.map(({ id }) => id),
    },
    known,
  )
  if ('fault' in vouched) return vouched
  const used: [string, Purpose][] = [
    ...vouched.keyIds.map((id): [string, Purpose] => [id, 'attestation']),
    [vouched.checkpoint.keyId, 'ledger'],
    [keyIdOf(ctx.signer.publicKey), 'execution'],
  ]
  const ended = await ctx.transact(async ({ standing }) => {
    for (const [id, purpose] of used) {
      const fault = await standing.keyFault(id, purpose)
      if (fault !== null) return fault.replace(/\.$/, '')
    }
    return undefined
  })
  if (ended !== undefined) return { fault: ended }
  return (await passkeyFault(ctx, vouched, session)) ?? { ...vouched, attestations }
}

/** What each passkey signed is checked again, by the keys that are kept: the console that asked is another process. */
async function passkeyFault(
  ctx: Executor,
  { approvals }: Vouched,
  session: Session,
): Promise<Fault | undefined> {
  if (session.assurance !== 'passkey') return undefined
  const site = ctx.config.passkeys
  if (!site) return { fault: 'its approvals need passkeys, and GRACE_URL does not say for which site' }
  for (const { approver, assertion } of approvals) {
    const passkey = await ctx.transact(({ passkeys }) => passkeys.of(approver.member))
    if (!passkey || !assertion) return { fault: `${approver.member} has no passkey that says so` }
    const challenge = challengeOf(session, approver.member, assertion.nonce)
    try {
      // A counter that has moved on since says nothing against it.
      await ctx.authenticators.asserted(site, { ...passkey, counter: 0 }, challenge, responseOf(assertion))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { fault: `the passkey of ${approver.member} did not sign this session` }
    }
  }
  return undefined
}
