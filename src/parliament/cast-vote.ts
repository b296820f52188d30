// The one way to vote. Buttons, console and API all end here.
import type { Assertion } from '../access/assurance.ts'
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sentence, written } from '../kernel/text.ts'
import { spoken, type Transact } from '../kernel/work.ts'
import { percent, stands, type Verdict } from '../trust/trust.ts'
import { twiceOneHuman, type Voting, wroteAsAnother } from './one-human.ts'
import type { Session } from './session.ts'
import { stillOpen } from './still-open.ts'
import type { Vote } from './tally.ts'

/** What of a check's answer a receipt speaks of. */
interface Answered {
  readonly title: string
  readonly verdict: Verdict
  readonly reason: string
}

export type Casting = Voting & {
  readonly evidence: { standing(id: string): Promise<readonly Answered[]> }
}

/** What the person who clicked is told became of the click. Without `counted` or `changed` it did not count. */
export interface Receipt {
  readonly outcome:
    | 'counted'
    | 'changed'
    | 'not_eligible'
    | 'passkey_needed'
    | 'closed'
    | 'superseded'
    | 'void'
  readonly sentence: string
}

export const isCounted = ({ outcome }: Receipt): boolean => outcome === 'counted' || outcome === 'changed'

export interface VoteInput {
  readonly session: string
  readonly vote: Vote
  readonly reason?: string | undefined
  /** When the person clicked; now where the surface does not know better. */
  readonly clickedAt?: Date | undefined
  /** Where it was given with one, which has verified. */
  readonly passkey?: Assertion | undefined
}

export const castVote = (
  ctx: { transact: Transact<Casting> },
  actor: Actor,
  input: VoteInput,
): Promise<Receipt> => ctx.transact((stores) => castIn(stores, actor, input))

/** The same within a transaction that has more to commit: a click is settled together with its ballot. */
export async function castIn(stores: Casting, actor: Actor, input: VoteInput): Promise<Receipt> {
  const { sessions, clock, ledger, outbox } = stores
  permit(actor, 'vote')
  if (actor.kind !== 'member') throw notAPerson()
  const reason = written('reason', input.reason, true)
  const session = await sessions.lock(input.session)
  if (!session)
    throw new Refusal(
      'not_found',
      'session_not_found',
      'There is no such session.',
      'List missions to see what is open.',
    )
  if (session.state === 'void')
    return { outcome: 'superseded', sentence: `Not counted: this vote was superseded. ${session.reason}` }
  const now = await clock.now()
  if (session.state === 'closed' || now >= session.deadline)
    return {
      outcome: 'closed',
      sentence: `Not counted: the session is closed${session.result ? ` (${session.result})` : ', its deadline has passed'}.`,
    }
  const electors = await sessions.electors(session.id)
  const elector = electors.find((e) => e.member === actor.id)
  if (!elector)
    return {
      outcome: 'not_eligible',
      sentence: `Not counted: ${actor.name} is not in the electorate of this session, which is ${electors.map((e) => e.name).join(', ') || 'nobody'}. Voters of ${session.target} are named in grace.yaml.`,
    }
  if (!elector.active)
    return {
      outcome: 'not_eligible',
      sentence: `Not counted: ${actor.name} is no longer an active voter of ${session.target}.`,
    }
  if (
    input.vote === 'approve' &&
    (!elector.mayApprove || (await wroteAsAnother(stores.accounts, electors, actor.id)))
  )
    return {
      outcome: 'not_eligible',
      sentence:
        'Not counted: who wrote the change may not approve it. Abstain to leave it to the others, or reject.',
    }

  if (input.vote === 'approve' && session.assurance === 'passkey' && !input.passkey)
    return {
      outcome: 'passkey_needed',
      sentence: 'Not counted yet: at this risk an approval needs your passkey. Approve it in the console.',
    }

  const before = (await sessions.ballots(session.id)).find((ballot) => ballot.member === actor.id)
  const clickedAt = input.clickedAt ?? now
  if (before && clickedAt < before.clickedAt)
    return { outcome: 'superseded', sentence: `Not counted: you voted "${before.vote}" after this click.` }
  await sessions.cast(session.id, {
    member: actor.id,
    vote: input.vote,
    reason,
    via: actor.via,
    assurance: input.passkey ? 'passkey' : 'click',
    assertion: input.passkey ?? null,
    clickedAt,
    carriedFrom: null,
  })
  await ledger.append([
    {
      kind: 'BallotCast',
      actor: { kind: 'member', id: actor.id },
      mission: session.mission,
      facts: {
        session: session.id,
        vote: input.vote,
        via: actor.via,
        clicked_at: clickedAt.toISOString(),
        reason: reason ? spoken(reason) : undefined,
        passkey: input.passkey && { ...input.passkey },
      },
    },
  ])
  await outbox.add([
    { kind: 'settle-session', payload: { session: session.id } },
    {
      kind: 'announce',
      payload: { mission: session.mission, event: 'voted', member: actor.name, vote: input.vote },
    },
  ])
  const twice = await twiceOneHuman(stores, session.id, actor.id)
  if (twice) return twice
  if (input.vote === 'withdrawn')
    return before && before.vote !== 'withdrawn'
      ? { outcome: 'changed', sentence: `Your vote "${before.vote}" is withdrawn.` }
      : { outcome: 'changed', sentence: 'You have no vote here to withdraw; nothing changed.' }
  const besides = [
    input.vote === 'approve' ? heldBack(session, await stores.evidence.standing(session.evidence)) : '',
    unexplained(input.vote, reason),
    stillOpen(electors, await sessions.ballots(session.id), session),
  ]
    .filter(Boolean)
    .map((sentence) => ` ${sentence}`)
    .join('')
  return before && before.vote !== 'withdrawn'
    ? before.vote === input.vote
      ? { outcome: 'changed', sentence: `Your vote "${input.vote}" stands as it was.` }
      : {
          outcome: 'changed',
          sentence: `Your vote is now "${input.vote}" (it was "${before.vote}").${besides}`,
        }
    : {
        outcome: 'counted',
        sentence: `Your vote "${input.vote}" is counted.${besides}`,
      }
}

/** What an approval does where trust or a check is missing: it does not execute. */
export function heldBack(
  { trust, threshold }: Pick<Session, 'trust' | 'threshold'>,
  checks: readonly Answered[],
): string {
  const open = checks.find((check) => !stands(check.verdict))
  if (open)
    return `Approved now, it does not go live before this is settled: ${open.title}: ${sentence(open.reason)}`
  return trust < threshold
    ? `Trust is ${percent(trust)} of ${percent(threshold)} needed: approved now, it does not go live; it has to be improved or measured again first.`
    : ''
}

/** People are asked for it; a program may leave it out, and is told what that costs. */
const unexplained = (vote: Vote, reason: string | undefined): string =>
  vote === 'reject' && !reason ? 'Nobody can read why: vote again with a reason to say it.' : ''

const notAPerson = (): Refusal =>
  new Refusal(
    'forbidden',
    'not_a_person',
    'Only a member votes; an agent proposes.',
    'Use the token of a person.',
  )
