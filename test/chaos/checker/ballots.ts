// Plays the ledger's votes again, one by one: what stands at the end is what the ballots say, and nothing else.
import { by, type Checking, clock } from './checking.ts'
import type { Elector, Entry } from './records.ts'

interface Standing {
  readonly vote: string
  readonly clicked: number
  readonly via: string
  readonly carriedFrom: string | null
}
interface Sitting {
  state: 'open' | 'closed' | 'void'
  readonly standing: Map<string, Standing>
}

/** An entry is written a moment after the ballot that the deadline let through. */
const BREATH_MS = 2_000

export function checkBallots(c: Checking): void {
  const sittings = new Map<string, Sitting>()
  for (const entry of c.records.entries) play(c, sittings, entry)
  compare(c, sittings)
  for (const ballot of c.records.ballots) {
    const session = c.records.sessions.find((one) => one.id === ballot.session)
    const say = (what: string) => c.report('clicks', `${ballot.member} in ${ballot.session}: ${what}`)
    if (session && ballot.cast_at >= session.deadline)
      say(`cast at ${clock(ballot.cast_at)}, after the deadline`)
    if (session?.closed_at && ballot.cast_at > session.closed_at) say('cast after the session was closed')
  }
}

function play(c: Checking, sittings: Map<string, Sitting>, entry: Entry): void {
  const { kind, facts } = entry
  const id = String(facts.session)
  const sitting = sittings.get(id)
  const say = (what: string) => c.report('ballots', `${kind} of ${id}: ${what}`)
  switch (kind) {
    case 'SessionOpened': {
      const from = sittings.get(String(facts.carried_from))?.standing
      const standing = new Map<string, Standing>()
      for (const member of facts.carried as readonly string[]) {
        const ballot = from?.get(member)
        if (!ballot || ballot.vote === 'withdrawn') say(`${member} had no ballot to carry`)
        else standing.set(member, { ...ballot, carriedFrom: String(facts.carried_from) })
      }
      sittings.set(id, { state: 'open', standing })
      return
    }
    case 'SessionClosed':
    case 'SessionVoided':
      if (!sitting || sitting.state === 'void' || (kind === 'SessionClosed' && sitting.state !== 'open'))
        return void say(`it was ${sitting?.state ?? 'never opened'}`)
      sitting.state = kind === 'SessionClosed' ? 'closed' : 'void'
      return
    case 'BallotsVoided':
      for (const member of facts.members as readonly string[]) {
        const ballot = sitting?.standing.get(member)
        if (ballot) sitting!.standing.set(member, { ...ballot, vote: 'withdrawn', carriedFrom: null })
        else say(`${member} had no ballot`)
      }
      return
    case 'BallotCast':
      return void playBallot(c, sitting, entry, id)
  }
}

function playBallot(c: Checking, sitting: Sitting | undefined, entry: Entry, id: string): void {
  const { actor, facts, at } = entry
  const vote = String(facts.vote)
  const clicked = Date.parse(String(facts.clicked_at))
  if (!sitting) return void c.report('ballots', `${actor.id} voted in ${id}, which was never opened`)
  if (sitting.state !== 'open')
    c.report('clicks', `${actor.id} voted ${vote} in ${id} after it was ${sitting.state}`)
  const session = c.records.sessions.find((one) => one.id === id)
  if (session && at > session.deadline + BREATH_MS)
    c.report('clicks', `${actor.id} voted ${vote} in ${id} at ${clock(at)}, after its deadline`)
  checkVoter(c, entry, id, vote)
  const before = sitting.standing.get(actor.id)
  if (before && clicked < before.clicked)
    c.report(
      'clicks',
      `${actor.id} in ${id}: ${vote} of ${clock(clicked)} overrode ${before.vote} of ${clock(before.clicked)}`,
    )
  sitting.standing.set(actor.id, { vote, clicked, via: String(facts.via), carriedFrom: null })
}

function checkVoter(c: Checking, { actor, at }: Entry, id: string, vote: string): void {
  const elector: Elector | undefined = c.records.electors.find(
    (one) => one.session === id && one.member === actor.id,
  )
  const say = (what: string) =>
    c.report('electorate', `${actor.kind} ${actor.id} voted ${vote} in ${id}: ${what}`)
  if (actor.kind !== 'member') say('not a person’s vote')
  else if (!elector) say('not in the snapshot')
  else if (vote === 'approve' && !elector.may_approve) say('an author, who may not approve')
  const ended = c.left.get(actor.id)
  if (ended !== undefined && at > ended + BREATH_MS) say(`no member since ${clock(ended)}`)
}

function compare({ records, report }: Checking, sittings: ReadonlyMap<string, Sitting>): void {
  const rows = by(records.ballots, (row) => `${row.session} ${row.member}`)
  const shown = ({ vote, clicked, via, carriedFrom }: Standing) =>
    `${vote} of ${clock(clicked)} via ${via}${carriedFrom ? ` carried from ${carriedFrom}` : ''}`
  for (const [session, { standing }] of sittings)
    for (const [member, ballot] of standing) {
      const row = rows.get(`${session} ${member}`)
      rows.delete(`${session} ${member}`)
      const stands = row && {
        vote: row.vote,
        clicked: Math.floor(row.clicked_at),
        via: row.via,
        carriedFrom: row.carried_from,
      }
      if (!stands)
        report('ballots', `${member} in ${session}: the ledger says ${shown(ballot)}, there is no ballot`)
      else if (shown(stands) !== shown(ballot))
        report(
          'ballots',
          `${member} in ${session}: the ballot is ${shown(stands)}, the ledger says ${shown(ballot)}`,
        )
    }
  for (const row of rows.values())
    report('ballots', `${row.member} in ${row.session}: the ballot ${row.vote} is in no entry of the ledger`)
}
