// What is done on a platform: each kind once for Slack and once for Discord, each on its platform's own queue.
import { z } from 'zod'
import { refresh } from '../../src/chat/announce-in-chat.ts'
import type { Chat } from '../../src/chat/chat.ts'
import { PLATFORMS, type Platform } from '../../src/chat/person.ts'
import { refreshCard } from '../../src/chat/refresh-card.ts'
import { sayInThread } from '../../src/chat/say-in-thread.ts'
import { tellReceipt } from '../../src/chat/tell-receipt.ts'
import { Later } from '../../src/kernel/later.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { type EffectJob, effectJob, type JobContext } from '../job.ts'

/** A platform that is away for long is tried for as long as it takes; what it refuses is not tried again. */
const whileAway = async (_ctx: JobContext, _payload: unknown, why: Error): Promise<'done' | 'again'> =>
  why instanceof Refusal ? 'done' : 'again'

/** False where this process does not speak to it: another one does, or it will later. */
const on = async (
  ctx: JobContext,
  platform: Platform,
  act: (chat: Chat) => Promise<unknown>,
): Promise<boolean> => {
  const chat = ctx.chats[platform]
  return chat !== undefined && (await act(chat)) !== false
}

const AWAY_MS = 30_000
const BUSY_MS = 2_000

const card = z.object({ mission: z.string(), channel: z.string() })

const jobsOf = (platform: Platform): EffectJob[] => [
  effectJob({
    kind: `card:${platform}`,
    queue: platform,
    payload: card.extend({ tries: z.number().optional() }),
    async run(ctx, { mission, channel, tries = 0 }) {
      // What could not be shown is wanted anew, under the same key: of many that wait, one is left.
      const again = (afterMs: number) =>
        ctx.control.transact(({ outbox }) =>
          outbox.add([refresh(platform, channel, mission, afterMs, tries + 1)]),
        )
      const chat = ctx.chats[platform]
      if (!chat) return again(AWAY_MS)
      try {
        const shown = await refreshCard({ ...ctx.control, draw: ctx.draw }, chat, {
          mission,
          channel,
          platform,
        })
        if (!shown) await again(BUSY_MS)
      } catch (error) {
        if (error instanceof Refusal) throw error
        await again(error instanceof Later ? error.afterMs : Math.min(AWAY_MS, 1_000 * 2 ** tries))
        if (!(error instanceof Later)) ctx.onFault(`card:${platform}`, error)
      }
    },
  }),
  effectJob({
    kind: `say:${platform}`,
    queue: platform,
    payload: card.extend({
      key: z.string(),
      line: z.string().optional(),
      code: z.string().optional(),
      checkpoint: z
        .object({ mission: z.string(), size: z.number(), platform: z.string(), channel: z.string() })
        .optional(),
      evidence: z.literal(true).optional(),
    }),
    run: (ctx, { mission, channel, key, line, code, evidence, checkpoint }) =>
      on(ctx, platform, async (chat) => {
        const said = evidence ? { evidence } : { line: line ?? '', code }
        const isSaid = await sayInThread(ctx.control, chat, { mission, channel, platform }, said, key)
        if (isSaid && checkpoint)
          await ctx.control.transact(async ({ publications, outbox }) => {
            await publications.done(checkpoint)
            await outbox.add([refresh(platform, channel, mission, 200)])
          })
        return isSaid
      }),
    ended: whileAway,
  }),
  effectJob({
    kind: `tell:${platform}`,
    queue: platform,
    payload: z.object({ click: z.string() }),
    run: (ctx, { click }) => on(ctx, platform, (chat) => tellReceipt(ctx.control, chat, click)),
    ended: whileAway,
  }),
  effectJob({
    kind: `react:${platform}`,
    queue: platform,
    payload: z.object({ channel: z.string(), message: z.string() }),
    run: (ctx, { channel, message }) => on(ctx, platform, (chat) => chat.react(channel, message)),
  }),
]

export const CHAT_JOBS: readonly EffectJob[] = PLATFORMS.flatMap(jobsOf)
