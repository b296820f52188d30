// A person's reply in a card's thread is kept as feedback and acknowledged by a reaction.
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../kernel/refusal.ts'
import { giveFeedback } from '../mission/give-feedback.ts'
import { actorOf } from './accounts.ts'
import type { Person } from './person.ts'
import type { ChatControl } from './stores.ts'

/** Nobody sends it a second time: the database is given half a minute. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000]

export interface Heard {
  readonly person: Person
  readonly channel: string
  readonly thread: string
  readonly message: string
  readonly external: string
  readonly text: string
  readonly permalink: () => Promise<string | null>
}

/** False where the thread is no mission's. */
export async function hearReply(ctx: Pick<ChatControl, 'transact'>, heard: Heard): Promise<boolean> {
  const { person, channel, thread } = heard
  for (let i = 0; ; i++) {
    try {
      const found = await ctx.transact(async ({ cards, accounts }) => ({
        card: await cards.ofThread(person.platform, channel, thread),
        member: await accounts.memberOf(person),
      }))
      if (!found.card) return false
      const kept = await giveFeedback(ctx, actorOf(person, found.member), found.card.mission, heard.text, {
        external: heard.external,
        permalink: await heard.permalink(),
      })
      if (kept)
        await ctx.transact(({ outbox }) =>
          outbox.add([{ kind: `react:${person.platform}`, payload: { channel, message: heard.message } }]),
        )
      return true
    } catch (error) {
      const pause = PAUSES_MS[i]
      if (error instanceof Refusal || pause === undefined) throw error
      await sleep(pause)
    }
  }
}
