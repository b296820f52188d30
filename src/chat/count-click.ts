// Job: a recorded click becomes a ballot, or a reason why not. Ballot, receipt and its sending are one commit.
import { Refusal } from '../kernel/refusal.ts'
import { type Commit, spoken, type Transact } from '../kernel/work.ts'
import { castIn } from '../parliament/cast-vote.ts'
import type { Sessions } from '../parliament/session.ts'
import { type Accounts, actorOf } from './accounts.ts'
import type { Click, Inbox, Settled } from './inbox.ts'
import { PLATFORM_NAMES } from './person.ts'

export type Counting = Commit & {
  readonly inbox: Inbox
  readonly accounts: Accounts
  readonly sessions: Sessions
}

export async function countClick(ctx: { transact: Transact<Counting> }, key: string): Promise<void> {
  const settle = (by: (stores: Counting, click: Click) => Promise<Settled>) =>
    ctx.transact(async (stores) => {
      const click = await stores.inbox.lock(key)
      if (!click || click.settled) return
      await stores.inbox.settle(key, await by(stores, click))
      await stores.outbox.add([{ kind: `tell:${click.platform}`, payload: { click: key } }])
    })
  try {
    await settle(count)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // What it wrote so far is undone; what it has to say is not.
    await settle(async () => ({
      outcome: 'not_counted',
      sentence: `Not counted: ${error.message} ${error.next}`,
    }))
  }
}

async function count(stores: Counting, click: Click): Promise<Settled> {
  const session = await stores.sessions.find(click.session)
  const member = await stores.accounts.memberOf(click, session?.openedAt)
  if (!member)
    return {
      outcome: 'not_eligible',
      sentence: `Not counted: Grace does not know this ${PLATFORM_NAMES[click.platform]} account as a member. Members are in grace.yaml; /grace link joins an account to one.`,
    }
  const receipt = await castIn(stores, actorOf(click, member), click)
  return (await twiceOneHuman(stores, click.session, member.id)) ?? receipt
}

/** Two members that turn out to be one human have no vote in a session in which both of them voted. */
export async function twiceOneHuman(
  { sessions, accounts, ledger, outbox }: Counting,
  id: string,
  member: string,
): Promise<Settled | undefined> {
  const others = await accounts.sameHuman(member)
  if (others.length === 0) return undefined
  const session = await sessions.lock(id)
  if (session?.state !== 'open') return undefined
  const standing = (await sessions.ballots(id)).filter((ballot) => ballot.vote !== 'withdrawn')
  const both = standing.filter((ballot) => ballot.member === member || others.includes(ballot.member))
  if (both.length < 2) return undefined
  for (const ballot of both)
    await sessions.cast(id, { ...ballot, vote: 'withdrawn', reason: '', carriedFrom: null })
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
