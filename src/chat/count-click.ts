// Job: a recorded click becomes a ballot, or a reason why not. Ballot, receipt and its sending are one commit.
import { Refusal } from '../kernel/refusal.ts'
import type { Transact } from '../kernel/work.ts'
import { findMission } from '../mission/load.ts'
import type { Missions } from '../mission/mission.ts'
import { type Casting, castIn } from '../parliament/cast-vote.ts'
import { type Accounts, actorOf } from './accounts.ts'
import type { Click, Inbox, Settled } from './inbox.ts'
import { PLATFORM_NAMES } from './person.ts'

export type Counting = Casting & {
  readonly missions: Missions
  readonly inbox: Inbox
  readonly accounts: Accounts
}

type Ctx = {
  readonly transact: Transact<Counting>
  /** Where the console shows a mission. */
  readonly pageOf: (mission: number) => string
}

const settle = (
  ctx: Ctx,
  key: string,
  by: (stores: Counting, click: Click) => Promise<Settled>,
): Promise<void> =>
  ctx.transact(async (stores) => {
    const click = await stores.inbox.lock(key)
    if (!click || click.settled) return
    await stores.inbox.settle(key, await by(stores, click))
    await stores.outbox.add([{ kind: `tell:${click.platform}`, payload: { click: key } }])
  })

/** It could not be counted however often it was tried: the person is told to press again. */
export const loseClick = (ctx: Ctx, key: string): Promise<void> =>
  settle(ctx, key, async () => ({
    outcome: 'not_counted',
    sentence: 'Not counted: a fault of Grace’s own. Press again.',
  }))

export async function countClick(ctx: Ctx, key: string): Promise<void> {
  try {
    await settle(ctx, key, (stores, click) => count(ctx, stores, click))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // What it wrote so far is undone; what it has to say is not.
    await settle(ctx, key, async () => ({
      outcome: 'not_counted',
      sentence: `Not counted: ${error.message} ${error.next}`,
    }))
  }
}

async function count({ pageOf }: Ctx, stores: Counting, click: Click): Promise<Settled> {
  const session = await stores.sessions.find(click.session)
  const member = await stores.accounts.memberOf(click, session?.openedAt)
  if (!member)
    return {
      outcome: 'not_eligible',
      sentence: `Not counted: Grace does not know this ${PLATFORM_NAMES[click.platform]} account as a member. Members are in grace.yaml; /grace link joins an account to one.`,
    }
  const receipt = await castIn(stores, actorOf(click, member), click)
  if (receipt.outcome !== 'passkey_needed' || !session) return receipt
  const mission = await findMission(stores, session.mission)
  return { ...receipt, sentence: `${receipt.sentence} ${pageOf(mission.number)}` }
}
