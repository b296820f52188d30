// Nothing executes without the six conditions: each asked again of the rows as they stood when it was unlocked.
import { candidateDigest, isSealed } from './candidates.ts'
import { type Checking, clock, eligibleAt, group, mayHaveBeenActive } from './checking.ts'
import type { Execution, Session } from './records.ts'
import { candidateOf, tally } from './sessions.ts'
import { answersAt, stands, trustAt } from './trust.ts'

const LEAST_THRESHOLD = 9_500
const DAY_MS = 86_400_000

export function checkConditions(c: Checking): void {
  for (const execution of c.records.executions) {
    const session = c.records.sessions.find((one) => one.id === execution.session)
    if (!session) {
      c.report('conditions', `${execution.id}: there is no session ${execution.session}`)
      continue
    }
    checkBound(c, execution, session)
    checkVotes(c, execution, session)
    checkTrust(c, execution, session)
    checkAnswers(c, execution, session)
    checkCheckpoint(c, execution, session)
  }
  checkAttestations(c)
  checkOneLive(c)
}

function checkBound(c: Checking, execution: Execution, session: Session): void {
  const say = (what: string) => c.report('bound', `execution ${execution.id}: ${what}`)
  for (const column of ['mission', 'target', 'candidate_digest', 'evidence_digest', 'policy_digest'] as const)
    if (execution[column] !== session[column]) say(`${column} is not the session’s`)
  const candidate = candidateOf(c, session)
  if (!candidate || candidateDigest(candidate) !== execution.candidate_digest)
    say('its digest is not of the candidate that was voted on')
  const evidence = c.records.evidence.find((one) => one.id === session.evidence)
  if (!evidence || !candidate || !isSealed(c, evidence, candidate)) say('nobody signed what it executes')
}

function checkVotes(c: Checking, { id, unlocked_at, policy_digest }: Execution, session: Session): void {
  const { records } = c
  const say = (what: string) => c.report('conditions', `execution ${id}: ${what}`)
  if (session.state !== 'closed' || session.result !== 'passed')
    say(`its session is ${session.state} (${session.result})`)
  const policy = records.policies.find((one) => one.digest === policy_digest)
  if (!policy) return void say('there is no such policy')
  const ballots = records.ballots.filter((one) => one.session === session.id && one.cast_at <= unlocked_at)
  const electors = records.electors.filter((one) => one.session === session.id)
  const ways = eligibleAt(c, electors, unlocked_at).map((eligible) => tally(eligible, ballots, policy))
  const { approvals, rejects } = ways[0]!
  if (ways.every((count) => count.approvals === 0)) say('no person approved it')
  else if (ways.every((count) => !count.passes))
    say(`${approvals} approve, ${rejects} reject: it does not pass`)
}

function checkTrust(c: Checking, { id, unlocked_at, policy_digest }: Execution, session: Session): void {
  const { records } = c
  const say = (what: string) => c.report('conditions', `execution ${id}: ${what}`)
  const { formula, holds } = trustAt(records, session.evidence, unlocked_at)
  const policy = records.policies.find((one) => one.digest === policy_digest)
  const threshold = policy?.threshold ?? LEAST_THRESHOLD
  if (threshold < LEAST_THRESHOLD) say(`its threshold was lowered to ${threshold}`)
  if (formula < threshold) say(`trust is ${formula} of ${threshold}`)
  if (holds.length > 0) say(`held: ${holds.join(', ')}`)
  const evidence = records.evidence.find((one) => one.id === session.evidence)
  if (evidence?.isolation !== 'contained' && !policy?.demo) say('it was not measured in containment')
}

function checkAnswers(c: Checking, { id, unlocked_at, policy_digest }: Execution, session: Session): void {
  const say = (what: string) => c.report('conditions', `execution ${id}: ${what}`)
  const answers = answersAt(c.records, session.evidence, unlocked_at)
  for (const { family, check_id, verdict, valid_until } of answers) {
    if (!stands(verdict)) say(`${family}:${check_id} is ${verdict}`)
    else if (valid_until !== null && valid_until <= unlocked_at)
      say(`${family}:${check_id} was good until ${clock(valid_until)} only`)
  }
  const asked = new Set(answers.map((one) => `${one.family}:${one.check_id}`))
  const policy = c.records.policies.find((one) => one.digest === policy_digest)
  for (const required of policy?.required_checks ?? [])
    if (!asked.has(required)) say(`${required} was not asked`)
  for (const family of ['governance', 'constitution', 'security'])
    if (!answers.some((one) => one.family === family)) say(`no check of ${family} was asked`)
}

/** Who attests is a person who may approve, and the question was one for a person. */
function checkAttestations(c: Checking): void {
  const { records } = c
  for (const answers of group(records.checks, (one) => `${one.evidence} ${one.check_id}`).values()) {
    const sorted = answers.toSorted((a, b) => a.number - b.number)
    for (const [i, one] of sorted.entries()) {
      if (one.verdict !== 'attested') continue
      const say = (what: string) =>
        c.report('conditions', `attestation of ${one.check_id} by ${one.attested_by}: ${what}`)
      const sessions = records.sessions.filter((session) => session.evidence === one.evidence)
      const may = records.electors.some(
        (elector) =>
          elector.member === one.attested_by &&
          elector.may_approve &&
          sessions.some((session) => session.id === elector.session),
      )
      if (!may) say('not one of those who may approve')
      else if (!mayHaveBeenActive(c, one.attested_by!, one.asked_at)) say('no longer a member')
      if (sorted[i - 1]?.verdict !== 'needs_human')
        say(`the check was ${sorted[i - 1]?.verdict ?? 'not asked'}`)
    }
  }
}

/** The closing was under a signed checkpoint before the unlock was even written. */
function checkCheckpoint({ records, report }: Checking, execution: Execution, session: Session): void {
  const say = (what: string) => report('checkpoint', `execution ${execution.id}: ${what}`)
  const seqOf = new Map(records.ledger_leaves.map(({ entry, seq }) => [entry, seq]))
  const closing = seqOf.get(session.closing_entry ?? '')
  if (closing === undefined) return void say('the closing of its session has no number')
  const covering = records.ledger_checkpoints
    .filter((one) => one.size > closing)
    .reduce<{ size: number; at: number } | undefined>((a, b) => (a && a.size < b.size ? a : b), undefined)
  if (!covering || covering.at > execution.unlocked_at)
    return void say(`the closing of its session was under no checkpoint at ${clock(execution.unlocked_at)}`)
  const unlock = records.entries.find(
    ({ kind, facts }) => kind === 'MissionUnlocked' && facts.execution === execution.id,
  )
  const seq = unlock && seqOf.get(unlock.id)
  if (seq !== undefined && seq < covering.size) say('its unlock is under the same checkpoint as the closing')
}

function checkOneLive({ records, report }: Checking): void {
  for (const [session, of] of group(records.executions, (one) => one.session))
    if (of.length > 1) report('oneLive', `session ${session} was executed ${of.length} times`)
  for (const [target, of] of group(records.executions, (one) => one.target)) {
    const sorted = of.toSorted((a, b) => a.unlocked_at - b.unlocked_at)
    for (const [i, one] of sorted.entries()) {
      const before = sorted[i - 1]
      if (before && (before.finished_at === null || before.finished_at > one.unlocked_at))
        report('oneLive', `${target}: ${one.id} was unlocked while ${before.id} was live`)
      const lastDay = sorted.filter(
        ({ unlocked_at: at }) => at > one.unlocked_at - DAY_MS && at <= one.unlocked_at,
      ).length
      const policy = records.policies.find(({ digest }) => digest === one.policy_digest)
      const most = policy?.body.policy?.max_executions_per_day ?? lastDay
      if (lastDay > most)
        report(
          'conditions',
          `${one.id} is execution ${lastDay} of ${target} in 24 hours; at most ${most} are allowed`,
        )
    }
  }
}
