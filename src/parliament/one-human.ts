// Four eyes are two people: members that were linked to one human have no two votes, on whatever surface they are cast.
import type { ActorRef } from '../kernel/actor.ts'
import { type Commit, spoken } from '../kernel/work.ts'
import type { Elector } from './electorate.ts'
import type { Sessions } from './session.ts'

export type Voting = Commit & {
  readonly sessions: Sessions
  /** Other members that are the same human. */
  readonly accounts: { sameHuman(member: string): Promise<readonly string[]> }
}

/** The same authors, and the other members that are the same humans as they are. */
export async function everyMemberOf(
  accounts: Voting['accounts'],
  authors: readonly ActorRef[],
): Promise<ActorRef[]> {
  const more: ActorRef[] = []
  for (const author of authors)
    if (author.kind === 'member')
      for (const id of await accounts.sameHuman(author.id)) more.push({ kind: 'member', id })
  return [...authors, ...more]
}

/** Linked after the session opened: its snapshot could not know. */
export async function wroteAsAnother(
  accounts: Voting['accounts'],
  electors: readonly Pick<Elector, 'member' | 'author'>[],
  member: string,
): Promise<boolean> {
  const others = await accounts.sameHuman(member)
  return electors.some((elector) => elector.author && others.includes(elector.member))
}

/** Two members that turn out to be one human have no vote in a session in which both of them voted. */
export async function twiceOneHuman(
  { sessions, accounts, ledger, outbox }: Voting,
  id: string,
  member: string,
): Promise<{ outcome: 'void'; sentence: string } | undefined> {
  const others = await accounts.sameHuman(member)
  if (others.length === 0) return undefined
  const session = await sessions.lock(id)
  if (session?.state !== 'open') return undefined
  const standing = (await sessions.ballots(id)).filter((ballot) => ballot.vote !== 'withdrawn')
  const both = standing.filter((ballot) => ballot.member === member || others.includes(ballot.member))
  if (both.length < 2) return undefined
  for (const ballot of both)
    await sessions.cast(id, {
      ...ballot,
      vote: 'withdrawn',
      assurance: 'click',
      assertion: null,
      reason: '',
      carriedFrom: null,
    })
  const why = 'One person voted as two members before they were linked: both votes are void.'
  await ledger.append([
    {
      kind: 'BallotsVoided',
      actor: { kind: 'grace', id: 'parliament' },
      mission: session.mission,
      facts: { session: id, members: both.map((ballot) => ballot.member), why: spoken(why) },
    },
  ])
  await outbox.add([
    { kind: 'settle-session', payload: { session: id } },
    { kind: 'announce', payload: { mission: session.mission, event: 'voted', member: why, vote: 'void' } },
  ])
  return { outcome: 'void', sentence: `Not counted: ${why} Ask for a new session.` }
}
