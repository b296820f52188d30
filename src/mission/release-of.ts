// What is signed when the gate lets a change through, gathered in the unlock's own transaction.
import type { Release } from '../attestations/release.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Target } from '../config/config.ts'
import type { Session } from '../parliament/session.ts'
import type { EvidenceRecord, Stores } from './context.ts'
import type { Mission } from './mission.ts'

/** The approvals that count now are those that are vouched for. */
export async function releaseOf(
  stores: Stores,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  evidence: EvidenceRecord,
  checks: readonly CheckResult[],
  session: Session,
): Promise<Release> {
  const electors = await stores.sessions.electors(session.id)
  const counts = new Set(
    electors.filter(({ active, mayApprove }) => active && mayApprove).map(({ member }) => member),
  )
  const ballots = (await stores.sessions.ballots(session.id)).filter(
    ({ vote, member }) => vote === 'approve' && counts.has(member),
  )
  const accounts = await stores.standing.accountsOf(ballots.map(({ member }) => member))
  return {
    mission: mission.id,
    tree: candidate.tree,
    target: target.name,
    repository: target.repository,
    branch: target.branch,
    baseCommit: candidate.baseCommit,
    session: session.id,
    candidateDigest: session.candidateDigest,
    evidenceDigest: session.evidenceDigest,
    policyDigest: session.policyDigest,
    approvers: ballots.map(({ member, via, assurance, assertion, castAt }) => ({
      member,
      accounts: accounts.get(member) ?? [],
      via,
      assurance,
      assertion,
      castAt,
    })),
    authors: electors.filter(({ author }) => author).map(({ member }) => member),
    checks,
    tests: evidence.signature,
    at: await stores.clock.now(),
  }
}
