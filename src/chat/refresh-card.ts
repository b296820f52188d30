// Job: a mission's message in one channel shows what the database has now. Posted once, then edited.
import { cardOf } from '../cards/card.ts'
import type { Config } from '../config/config.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Transact } from '../kernel/work.ts'
import { storyOf } from '../mission/read-mission.ts'
import type { CardKey } from './card-record.ts'
import type { Chat, Draw, Shown } from './chat.ts'
import type { ChatStores } from './stores.ts'

const LEASE_MS = 60_000

export interface Showing {
  readonly transact: Transact<ChatStores>
  readonly config: Config
  readonly draw: Draw
}

/** False where somebody else is at it: to be tried again. */
export async function refreshCard(ctx: Showing, chat: Chat, key: CardKey): Promise<boolean> {
  const begun = await ctx.transact(async (stores) => {
    const record = await stores.cards.lease(key, LEASE_MS)
    return record && { record, story: await storyOf(stores, key.mission) }
  })
  if (!begun) return false
  const { record, story } = begun
  try {
    const card = cardOf(story, ctx.config)
    const evidence = story.measured?.evidence.id ?? null
    const digest = digestOf(asJson({ card, evidence }))
    if (digest === record.digest) return true
    const chart = record.chart?.evidence === evidence ? record.chart : null
    const nonce = `${key.mission.slice(-18)}:${key.platform[0]}`
    let shown: Shown | undefined = record.message
      ? { message: record.message, thread: record.thread, chart: chart?.ref ?? null }
      : record.attemptedAt
        ? await chat.findCard(key.channel, card, nonce)
        : undefined
    let current = false
    if (!shown) {
      await ctx.transact(async ({ cards, clock }) =>
        cards.save({ ...record, attemptedAt: await clock.now() }),
      )
      shown = await chat.post(key.channel, card, nonce)
      // Known before anything else is tried: a second post is what must not be.
      const posted = { ...record, ...shown, chart: null, trouble: null }
      await ctx.transact(async ({ cards, clock }) =>
        cards.save({ ...posted, attemptedAt: await clock.now() }),
      )
      current = true
    }
    const picture = evidence && !chart ? await ctx.draw(card) : undefined
    const edited = current && !picture ? shown : await chat.edit(key.channel, shown, card, picture)
    await ctx.transact(({ cards }) =>
      cards.save(
        edited === 'gone'
          ? { ...record, message: null, thread: null, chart: null, attemptedAt: null, digest: null }
          : {
              ...record,
              message: edited.message,
              thread: edited.thread,
              chart: edited.chart && evidence ? { evidence, ref: edited.chart } : null,
              digest,
              trouble: null,
            },
      ),
    )
    return edited !== 'gone'
  } catch (error) {
    if (error instanceof Refusal)
      await ctx.transact(({ cards }) => cards.save({ ...record, trouble: error.message }))
    throw error
  } finally {
    await ctx.transact(({ cards }) => cards.release(key))
  }
}
