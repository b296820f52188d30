// Clicks from the platforms: each ends in one receipt, and each that counted is one vote of the right member.
import { by, type Checking, clock, group } from './checking.ts'
import type { Click, Records } from './records.ts'

const COUNTED = new Set(['counted', 'changed'])
const OUTCOMES = new Set([...COUNTED, 'not_eligible', 'closed', 'superseded', 'void', 'not_counted'])

/** Whose the account was when the click was settled; a link goes before grace.yaml, and counts in sessions after it. */
function memberOf({ accounts, sessions }: Records, click: Click): string | undefined {
  const at = click.settled_at ?? Number.POSITIVE_INFINITY
  const opened = sessions.find((one) => one.id === click.session)?.opened_at ?? at
  const [whose] = accounts
    .filter(
      (one) =>
        one.platform === click.platform &&
        one.account === click.account &&
        one.since <= at &&
        (one.until === null || one.until > at) &&
        (one.source === 'config' || one.since <= opened),
    )
    .sort((a, b) => (a.source === b.source ? b.since - a.since : a.source === 'link' ? -1 : 1))
  return whose?.member
}

const voteOf = (session: string, member: string, vote: string, via: string, clicked: number): string =>
  `${member}: ${vote} in ${session} on ${via} at ${clock(clicked)}`

export function checkClicks(c: Checking): void {
  const { records, report } = c
  const known = new Map(records.inbox.map((click) => [click.key, memberOf(records, click)]))
  for (const click of records.inbox) checkReceipt(c, click)

  // What counted is one vote in the ledger, and what came from a platform was clicked there. Votes that were void at
  // once (one human as two members) stand in the ledger, too.
  const cast = records.inbox.filter((click) => COUNTED.has(click.outcome ?? '') || click.outcome === 'void')
  const clicked = group(cast, (click) =>
    voteOf(
      click.session,
      known.get(click.key) ?? 'nobody',
      click.vote,
      click.platform,
      Math.floor(click.clicked_at),
    ),
  )
  const votes = group(
    records.entries.filter(
      ({ kind, facts }) => kind === 'BallotCast' && /^(slack|discord)$/.test(String(facts.via)),
    ),
    ({ actor, facts: { session, vote, via, clicked_at } }) =>
      voteOf(String(session), actor.id, String(vote), String(via), Date.parse(String(clicked_at))),
  )
  for (const vote of new Set([...clicked.keys(), ...votes.keys()])) {
    const [clicks, entries] = [clicked.get(vote)?.length ?? 0, votes.get(vote)?.length ?? 0]
    if (clicks !== entries)
      report('clicks', `${vote}: ${clicks} clicks counted, ${entries} votes in the ledger`)
  }
  checkNewestStands(c, known)
}

function checkReceipt({ records, settled, report }: Checking, click: Click): void {
  const { key, outcome, settled_at } = click
  const say = (what: string) => report('clicks', `${click.vote} of ${click.account} (${key}): ${what}`)
  if ((outcome === null) !== (settled_at === null)) say(`${outcome} at ${clock(settled_at)}`)
  if (outcome !== null && !OUTCOMES.has(outcome)) say(`no such receipt: ${outcome}`)
  if (settled && outcome === null) say('it has no receipt')
  if (settled && outcome !== null && click.told_at === null) {
    const ended = records.outbox.some(
      (effect) =>
        effect.kind === `tell:${click.platform}` &&
        effect.payload.click === key &&
        (effect.done_at !== null || effect.given_up_at !== null),
    )
    if (!ended) say(`nobody told them that it is ${outcome}`)
  }
  if (settled_at === null) return
  const session = records.sessions.find((one) => one.id === click.session)
  if (!session) {
    if (outcome !== 'not_counted' && outcome !== 'not_eligible')
      say(`${outcome}, and there is no such session`)
    return
  }
  if (COUNTED.has(outcome!) && session.closed_at !== null && settled_at > session.closed_at)
    say(`counted at ${clock(settled_at)}; the session was closed at ${clock(session.closed_at)}`)
  if (outcome === 'closed') {
    const over = Math.min(session.deadline, session.closed_at ?? session.deadline)
    if (settled_at < over && session.state !== 'void') say('refused as closed while the session was open')
  }
  if (outcome === 'superseded' && session.state !== 'void') {
    const newer = records.ballots.some(
      (ballot) => ballot.session === session.id && ballot.clicked_at > click.clicked_at,
    )
    if (!newer) say('refused as superseded, and nothing superseded it')
  }
}

/** Whatever the ledger says of it: the ballot that stands is not older than the newest click that counted. */
function checkNewestStands(
  { records, report }: Checking,
  known: ReadonlyMap<string, string | undefined>,
): void {
  const ballots = by(records.ballots, (row) => `${row.member} in ${row.session}`)
  const voided = new Set(
    records.entries.flatMap(({ kind, facts }) =>
      kind === 'BallotsVoided'
        ? (facts.members as readonly string[]).map((member) => `${member} in ${facts.session}`)
        : [],
    ),
  )
  const counted = records.inbox.filter((click) => COUNTED.has(click.outcome ?? ''))
  for (const [whose, clicks] of group(counted, (click) => `${known.get(click.key)} in ${click.session}`)) {
    const newest = clicks.reduce((a, b) => (b.clicked_at >= a.clicked_at ? b : a))
    const ballot = ballots.get(whose)
    const said = `${whose} was told that ${newest.vote} of ${clock(newest.clicked_at)} is ${newest.outcome}`
    if (!ballot) report('clicks', `${said}, and has no ballot`)
    else if (ballot.clicked_at < newest.clicked_at)
      report('clicks', `${said}; what stands is the older ${ballot.vote} of ${clock(ballot.clicked_at)}`)
    else if (ballot.clicked_at === newest.clicked_at && ballot.vote !== newest.vote && !voided.has(whose))
      report('clicks', `${said}; what stands is ${ballot.vote}`)
  }
}
