// The parliament, counted again: who might vote, what they said, whether it was time to close, and with which result.
import { createHash } from 'node:crypto'
import { type Checking, clock, eligibleAt } from './checking.ts'
import type { ActorRef, Ballot, Candidate, Elector, Session } from './records.ts'
import { trustAt } from './trust.ts'

/** A JavaScript clock reads PostgreSQL's without its microseconds. */
const ROUNDED_MS = 1

export interface Rule {
  readonly min_approvals: number
  readonly share: number
}

/** At least one approval, and every elector is a person. */
export const passes = (approvals: number, rejects: number, { min_approvals, share }: Rule): boolean =>
  approvals >= Math.max(1, min_approvals) && approvals * 10_000 >= share * (approvals + rejects)

export function tally(electors: readonly Elector[], ballots: readonly Ballot[], rule: Rule) {
  const votes = new Map(ballots.map(({ member, vote }) => [member, vote]))
  const those = (says: string) => electors.filter((one) => votes.get(one.member) === says)
  const approvals = those('approve').filter((one) => one.may_approve).length
  const [rejects, abstentions] = [those('reject').length, those('abstain').length]
  const silent = electors.filter((one) => [undefined, 'withdrawn'].includes(votes.get(one.member)))
  const mayApprove = silent.filter((one) => one.may_approve).length
  return {
    approvals,
    rejects,
    abstentions,
    silent: electors.length - approvals - rejects - abstentions,
    passes: passes(approvals, rejects, rule),
    surelyPasses: passes(approvals, rejects + silent.length, rule),
    mayPass: passes(approvals + mayApprove, rejects, rule),
  }
}

export function candidateOf(c: Checking, session: Session): Candidate | undefined {
  const measured = c.records.evidence.find((one) => one.id === session.evidence)
  return c.records.candidates.find((one) => one.id === measured?.candidate)
}

export function checkSessions(c: Checking): void {
  for (const session of c.records.sessions) {
    const electors = c.records.electors.filter((one) => one.session === session.id)
    checkElectorate(c, session, electors)
    checkBinding(c, session)
    if (session.result !== null) checkClosing(c, session, electors)
    else if (c.settled && session.state === 'open') checkStillOpen(c, session, electors)
  }
  checkOneHuman(c)
}

const wrote = (authors: readonly ActorRef[], member: string): boolean =>
  authors.some((author) => author.kind === 'member' && author.id === member)

function checkElectorate(c: Checking, session: Session, electors: readonly Elector[]): void {
  const say = (what: string) => c.report('electorate', `${session.id}: ${what}`)
  const mission = c.records.missions.find((one) => one.id === session.mission)
  const claimed = mission?.claims.some((claim) => claim.kind !== 'no_harm')
  const authors = [
    ...(candidateOf(c, session)?.authors ?? []),
    // Who wrote the claim is an author as well; "no harm" is what stands where nobody wrote one.
    ...(claimed ? [mission!.proposer] : []),
  ]
  for (const { member, may_approve, author } of electors) {
    const may = !wrote(authors, member) || electors.length === 1
    if (may_approve !== may) say(`${member} ${may_approve ? 'may' : 'may not'} approve, and should not be so`)
    if (author !== wrote(authors, member))
      say(`${member} is${author ? '' : ' not'} called an author, wrongly`)
  }
  const lines = electors
    .map(({ member, may_approve }) => `${member} ${may_approve ? 1 : 0}`)
    .sort((a, b) => Buffer.compare(Buffer.from(a.split(' ')[0]!), Buffer.from(b.split(' ')[0]!)))
  const digest = `sha256:${createHash('sha256').update(lines.join('\n')).digest('hex')}`
  if (digest !== session.electorate_digest) say('its electors are not those that it opened with')
}

function checkBinding(c: Checking, session: Session): void {
  const { records } = c
  const say = (what: string) => c.report('bound', `${session.id}: ${what}`)
  const policy = records.policies.find((one) => one.digest === session.policy_digest)
  if (!policy || policy.target !== session.target) say('there is no such policy of its target')
  else {
    for (const rule of ['min_approvals', 'share', 'dwell_ms', 'threshold'] as const)
      if (policy[rule] !== session[rule]) say(`${rule} is ${session[rule]}, its policy says ${policy[rule]}`)
    if (Math.abs(session.deadline - session.opened_at - policy.deadline_ms) > ROUNDED_MS)
      say(`it is open until ${clock(session.deadline)}, its policy says ${policy.deadline_ms} ms`)
  }
  const evidence = records.evidence.find((one) => one.id === session.evidence)
  const candidate = candidateOf(c, session)
  if (evidence?.digest !== session.evidence_digest) say('its evidence is another one')
  if (candidate?.digest !== session.candidate_digest) say('its evidence is of another candidate')
  if (candidate?.mission !== session.mission) say('its candidate is another mission’s')
  const { shown } = trustAt(records, session.evidence, session.opened_at + ROUNDED_MS)
  if (shown !== session.trust) say(`it shows trust ${session.trust}; it was ${shown}`)
}

function checkClosing(c: Checking, session: Session, electors: readonly Elector[]): void {
  const at = session.closed_at
  const say = (what: string) => c.report('tally', `${session.id}, ${session.result}: ${what}`)
  if (at === null) return void say('it does not say when')
  const ways = eligibleAt(c, electors, at).map((eligible) => faultsOfClosing(c, session, eligible, at))
  if (ways.every((faults) => faults.length > 0)) for (const fault of ways[0]!) say(fault)
}

function faultsOfClosing(c: Checking, session: Session, eligible: readonly Elector[], at: number): string[] {
  const ballots = c.records.ballots.filter((one) => one.session === session.id)
  const { result, deadline, dwell_ms } = session
  const count = tally(eligible, ballots, session)
  const shown = `${count.approvals} approve, ${count.rejects} reject, ${count.silent} silent`
  const over = at >= deadline
  const cast = ballots.filter((one) => one.vote !== 'withdrawn').map((one) => one.cast_at)
  const dwelt = at - Math.max(0, ...cast)
  const entry = c.records.entries.find((one) => one.id === session.closing_entry)
  const { approvals, rejects, abstentions, not_voted } = entry?.facts ?? {}
  const said = `${approvals} approve, ${rejects} reject, ${not_voted} silent`
  const faults: readonly (readonly [isOne: boolean, what: string])[] = [
    [(result === 'passed') !== count.passes, `${shown}, which ${count.passes ? 'passes' : 'does not pass'}`],
    [!over && result === 'expired', `closed at ${clock(at)}, before its deadline`],
    [!over && result === 'passed' && !count.surelyPasses, `closed early while ${shown} was not settled`],
    [result === 'rejected' && count.mayPass, `closed as rejected while ${shown} might still pass`],
    [
      !over && result === 'passed' && eligible.length > 1 && dwelt + ROUNDED_MS < dwell_ms,
      `closed ${Math.floor(dwelt)} ms after the last ballot; it dwells ${dwell_ms} ms`,
    ],
    [
      entry !== undefined && (said !== shown || abstentions !== count.abstentions),
      `the ledger says ${said}; it was ${shown}`,
    ],
  ]
  return faults.flatMap(([isOne, what]) => (isOne ? [what] : []))
}

/** Nothing is under way, so what could close has closed. */
function checkStillOpen(c: Checking, session: Session, electors: readonly Elector[]): void {
  const { now, ballots } = c.records
  const say = (what: string) => c.report('tally', `${session.id} is open: ${what}`)
  const late = 5_000
  if (now > session.deadline + late) say(`its deadline was ${clock(session.deadline)}`)
  const here = ballots.filter((one) => one.session === session.id)
  // Who left in the meantime may or may not have been counted: only what is so either way is held against it.
  const counts = [electors, ...eligibleAt(c, electors, now)].map((eligible) => tally(eligible, here, session))
  if (here.length > 0 && counts.every((count) => !count.mayPass)) say('it can’t pass any more')
  const last = Math.max(0, ...here.filter((one) => one.vote !== 'withdrawn').map((one) => one.cast_at))
  const dwell = electors.length > 1 ? session.dwell_ms : 0
  if (counts.every((count) => count.surelyPasses) && now > last + dwell + late)
    say('nobody can change that it passes')
}

/** Members whose accounts were linked to one human have no two votes in a session that was open since, or opened later. */
function checkOneHuman({ records, report }: Checking): void {
  const standing = records.accounts.filter((one) => one.until === null)
  for (const a of standing)
    for (const b of standing) {
      if (a.source !== 'link' || a.member === b.member) continue
      if (a.platform !== b.platform || a.account !== b.account) continue
      for (const session of records.sessions) {
        if (a.since > (session.closed_at ?? records.now) || session.state === 'void') continue
        const both = records.ballots.filter(
          (one) =>
            one.session === session.id &&
            one.vote !== 'withdrawn' &&
            [a.member, b.member].includes(one.member),
        )
        if (both.length > 1)
          report('oneHuman', `${session.id}: ${a.member} and ${b.member} are one human, and both vote`)
      }
    }
}
