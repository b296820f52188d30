// Measured: a session opens; or, where an approved mission still lacks trust, it waits for something better.

import { assuranceFor } from '../access/assurance.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Config, Target } from '../config/config.ts'
import { type ApprovalRule, ruleDecided } from '../governance/rule.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { type Elector, electorateDigest, electorateNow } from '../parliament/electorate.ts'
import { twiceOneHuman } from '../parliament/one-human.ts'
import type { Session } from '../parliament/session.ts'
import { isTrusted, trustOf } from '../trust/trust.ts'
import { notTrusted, onceTheWorldMoved } from '../trust/undecided.ts'
import { digestOfPolicy } from './assess.ts'
import type { EvidenceRecord, Stores } from './context.ts'
import { improve } from './improve.ts'
import { type Mission, move } from './mission.ts'
import { remindersOf } from './remind-voters.ts'

const actor = grace('parliament')

/** `carryFrom`: the session whose ballots stand, where only the base moved and nothing else is in the way. */
export async function putToTheVote(
  stores: Stores,
  config: Config,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  evidence: EvidenceRecord,
  checks: readonly CheckResult[],
  carryFrom: string | null,
): Promise<void> {
  const threshold = target.policy.trust_threshold
  const trust = trustOf(evidence.report, checks, evidence.holds)
  const atBest = trustOf(evidence.report, onceTheWorldMoved(checks), evidence.holds)
  if (!isTrusted(atBest, threshold) && (await stores.standing.passedBefore(mission.id))) {
    const why = trust.holds[0]?.sentence ?? notTrusted(trust, threshold, evidence.report)
    return improve(stores, mission, target, {
      why,
      report: evidence.report,
      checks,
      holds: evidence.holds,
    })
  }
  const electors = await electorateNow(stores, config, target, candidate.authors)
  const rule = ruleDecided(checks, target.parliament.min_approvals)
  const now = await stores.clock.now()
  const session: Session = {
    id: `session_${newId()}`,
    mission: mission.id,
    target: target.name,
    candidateDigest: candidate.digest,
    evidence: evidence.id,
    evidenceDigest: evidence.digest,
    policyDigest: digestOfPolicy(config, target),
    electorateDigest: electorateDigest(electors),
    ...asFarAsThereArePeople(rule, target.parliament.min_approvals, electors),
    assurance: assuranceFor(config.passkeys, target.parliament.passkey_from, rule.risk),
    share: target.parliament.share,
    dwellMs: target.parliament.dwell,
    trust: trust.shown,
    threshold,
    openedAt: now,
    deadline: new Date(now.getTime() + target.parliament.deadline),
    state: 'open',
    result: null,
    closedAt: null,
    closingEntry: null,
    reason: '',
  }
  const { next, entry } = move(mission, 'discussion', actor, 'evidence_ready', { session: session.id })
  await stores.sessions.open(session, electors)
  const carried = carryFrom ? await carryBallots(stores, session, carryFrom) : []
  await stores.missions.save(next)
  await stores.ledger.append([
    {
      kind: 'SessionOpened',
      actor: refOf(actor),
      mission: mission.id,
      facts: {
        session: session.id,
        candidate: session.candidateDigest,
        evidence: session.evidenceDigest,
        policy: session.policyDigest,
        electorate: session.electorateDigest,
        electors: electors.map((e) => e.member),
        risk: rule.risk,
        min_approvals: session.minApprovals,
        owners: [...session.owners],
        assurance: session.assurance,
        deadline: session.deadline.toISOString(),
        carried,
        carried_from: carryFrom,
      },
    },
    entry,
  ])
  // Linked to one human after they voted: two ballots of one person are not carried as two.
  for (const member of carried) await twiceOneHuman(stores, session.id, member)
  await stores.outbox.add([
    {
      kind: 'announce',
      payload: { mission: mission.id, event: 'awaiting_vote', session: session.id, carried: carried.length },
    },
    {
      kind: 'settle-session',
      payload: { session: session.id },
      key: `deadline:${session.id}`,
      afterMs: target.parliament.deadline,
    },
    ...remindersOf(session),
    ...(carried.length > 0 ? [{ kind: 'settle-session', payload: { session: session.id } }] : []),
  ])
}

/**
 * Where fewer people may approve than the risk asks for, those vote all the same: what is missing keeps it from unlocking
 * (approval requirements), and once there are enough it is put to a vote by the whole rule.
 */
function asFarAsThereArePeople(
  { minApprovals, owners }: ApprovalRule,
  ofTarget: number,
  electors: readonly Elector[],
): ApprovalRule {
  const may = electors.filter(({ mayApprove }) => mayApprove).map(({ member }) => member)
  return {
    minApprovals: Math.min(minApprovals, Math.max(ofTarget, may.length)),
    owners: owners.some((owner) => may.includes(owner)) ? owners : [],
  }
}

/** Only the base moved: what people said of the very same patch stands, and is shown as carried. */
async function carryBallots(stores: Stores, session: Session, from: string): Promise<string[]> {
  const electors = await stores.sessions.electors(session.id)
  const carried: string[] = []
  for (const ballot of await stores.sessions.ballots(from)) {
    const elector = electors.find((one) => one.member === ballot.member && one.active)
    if (!elector || ballot.vote === 'withdrawn') continue
    // A passkey has signed the session that it was asked about, and no other.
    const mayStand = elector.mayApprove && session.assurance === 'click'
    if (ballot.vote === 'approve' && !mayStand) continue
    await stores.sessions.cast(session.id, {
      ...ballot,
      assurance: 'click',
      assertion: null,
      carriedFrom: from,
    })
    carried.push(ballot.member)
  }
  return carried
}
