// Job: a mission's message in one channel shows what the database has now. Posted once, then edited.
import { type Card, cardOf } from '../cards/card.ts'
import type { Config } from '../config/config.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Transact } from '../kernel/work.ts'
import { storyOf } from '../mission/read-mission.ts'
import type { CardKey, CardRecord } from './card-record.ts'
import type { Chat, Draw, Shown } from './chat.ts'
import type { ChatStores } from './stores.ts'

/** Whoever dies at it keeps the others away for so long. */
const LEASE_MS = 30_000
const RENEW_MS = 10_000

export interface Showing {
  readonly transact: Transact<ChatStores>
  readonly config: Config
  readonly draw: Draw
}

/** False where somebody else is at it, or the message is gone: to be tried again. */
export async function refreshCard(ctx: Showing, chat: Chat, key: CardKey): Promise<boolean> {
  const begun = await ctx.transact(async (stores) => {
    const record = await stores.cards.lease(key, LEASE_MS)
    return record && { record, story: await storyOf(stores, key.mission) }
  })
  if (!begun) return false
  const { story } = begun
  const renewing = setInterval(
    () => void ctx.transact(({ cards }) => cards.renew(key, LEASE_MS)).catch(() => {}),
    RENEW_MS,
  )
  /** As it is in the database: each step is known there before the next is tried. */
  let record = begun.record
  const know = async (news: Partial<CardRecord>): Promise<void> => {
    record = { ...record, ...news }
    await ctx.transact(({ cards }) => cards.save(record))
  }
  try {
    const card = cardOf(story, ctx.config)
    const evidence = story.measured?.evidence.id ?? null
    const digest = digestOf(asJson({ card, evidence }))
    if (digest === record.digest) return true
    const nonce = `${key.mission.slice(-18)}:${key.platform[0]}`
    const { shown, isNew } = await standing(ctx, chat, key, card, nonce, record, know)
    const drawn = record.chart?.evidence === evidence
    const picture = evidence && !drawn ? await ctx.draw(card) : undefined
    let chart = drawn ? record.chart!.ref || null : null
    if (picture && chat.upload) {
      chart = await chat.upload(key.channel, shown.message, picture)
      // Also that it could not be shown: it is not uploaded again for the same figures.
      await know({ chart: { evidence: evidence!, ref: chart ?? '' } })
    }
    const edited =
      isNew && !picture
        ? shown
        : await chat.edit(key.channel, { ...shown, chart }, card, chat.upload ? undefined : picture)
    if (edited === 'gone') {
      await know({ message: null, thread: null, chart: null, attemptedAt: null, digest: null })
      return false
    }
    await know({
      message: edited.message,
      thread: edited.thread,
      chart: evidence && (picture || drawn) ? { evidence, ref: edited.chart ?? '' } : null,
      digest,
      trouble: null,
    })
    return true
  } catch (error) {
    if (error instanceof Refusal) await know({ trouble: error.message })
    throw error
  } finally {
    clearInterval(renewing)
    await ctx.transact(({ cards }) => cards.release(key))
  }
}

/** The message that is there: known, found after an answer that was lost, or posted now. */
async function standing(
  ctx: Showing,
  chat: Chat,
  key: CardKey,
  card: Card,
  nonce: string,
  record: CardRecord,
  know: (news: Partial<CardRecord>) => Promise<void>,
): Promise<{ shown: Shown; isNew: boolean }> {
  if (record.message)
    return { shown: { message: record.message, thread: record.thread, chart: null }, isNew: false }
  const found = record.attemptedAt ? await chat.findCard(key.channel, card, nonce) : undefined
  if (!found) await know({ attemptedAt: await ctx.transact(({ clock }) => clock.now()) })
  const shown = found ?? (await chat.post(key.channel, card, nonce))
  await know({ message: shown.message, thread: shown.thread, chart: null, trouble: null })
  return { shown, isNew: !found }
}
