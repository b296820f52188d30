// Job: one thing said once in the thread of a mission's card.
import { cardOf } from '../cards/card.ts'
import { evidencePosts } from '../cards/evidence-posts.ts'
import type { Post } from '../cards/post.ts'
import { threadTitle } from '../cards/thread.ts'
import type { Config } from '../config/config.ts'
import type { Transact } from '../kernel/work.ts'
import { findMission } from '../mission/load.ts'
import { storyOf } from '../mission/read-mission.ts'
import type { CardKey } from './card-record.ts'
import type { Chat } from './chat.ts'
import type { Showing } from './refresh-card.ts'
import type { ChatStores } from './stores.ts'

/** A sentence of Grace's own, with what stands in fixed width below it, or the evidence of what was measured. */
export type Said = { readonly line: string; readonly code?: string | undefined } | { readonly evidence: true }

/** False where there is no card yet: to be tried again once there is. */
export async function sayInThread(
  ctx: Pick<Showing, 'config'> & { transact: Transact<ChatStores> },
  chat: Chat,
  card: CardKey,
  said: Said,
  key: string,
): Promise<boolean> {
  const { record, mission, posts } = await ctx.transact(async (stores) => ({
    record: await stores.cards.find(card),
    mission: await findMission(stores, card.mission),
    posts: await postsOf(ctx.config, stores, card.mission, said),
  }))
  if (!record?.message) return false
  let shown = { message: record.message, thread: record.thread, chart: record.chart?.ref ?? null }
  for (const [i, post] of posts.entries()) {
    const one = `${key}:${i}`
    const attempt = await ctx.transact((stores) => stores.posts.attempt(one))
    if (attempt === 'done') continue
    const after = await chat.say(card.channel, shown, threadTitle(mission), post, one, attempt === 'again')
    await ctx.transact(async (stores) => {
      await stores.posts.done(one, after.message)
      const current = await stores.cards.find(card)
      if (current && current.thread === null && after.thread !== null)
        await stores.cards.save({ ...current, thread: after.thread })
    })
    shown = { ...shown, thread: after.thread }
  }
  return true
}

async function postsOf(config: Config, stores: ChatStores, mission: string, said: Said): Promise<Post[]> {
  if ('line' in said)
    return [
      {
        title: '',
        lines: [said.line],
        ...(said.code === undefined ? {} : { code: { language: 'text' as const, text: said.code } }),
      },
    ]
  const story = await storyOf(stores, mission)
  return evidencePosts(story, cardOf(story, config))
}
