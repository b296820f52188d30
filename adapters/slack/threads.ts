// Replies in a card's thread are feedback; edits and deletions are followed.
import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { hearReply } from '../../src/chat/hear-reply.ts'
import { followFeedback } from '../../src/mission/give-feedback.ts'
import { callOf } from './errors.ts'
import type { Listening } from './interactions.ts'

/** The parts of Slack's message event that are looked at. */
interface MessageEvent {
  subtype?: string
  channel: string
  ts: string
  thread_ts?: string
  user?: string
  user_team?: string
  team?: string
  bot_id?: string
  text?: string
  message?: MessageEvent
  deleted_ts?: string
}

/** A reply with a file, or one that was also sent to the channel, is a reply. */
const SAID = new Set(['file_share', 'thread_broadcast'])

export function listenForReplies(app: App, { ctx, client, known, onFault }: Listening, team: string): void {
  const names = new Map<string, string>()
  const nameOf = async (user: string): Promise<string> => {
    const kept = names.get(user)
    if (kept) return kept
    const name = await callOf('name', () => client.users.info({ user }))
      .then(({ user: found }) => found?.profile?.display_name || found?.real_name || found?.name || user)
      .catch(() => user)
    if (names.size > 1_000) names.clear()
    names.set(user, name)
    return name
  }

  app.event('message', async ({ event }) => {
    const message = event as unknown as MessageEvent
    const external = (ts: string) => `slack:${message.channel}:${ts}`
    try {
      if (message.subtype === 'message_changed' && message.message?.ts && !message.message.bot_id)
        return await followFeedback(ctx.control, external(message.message.ts), message.message.text ?? '')
      if (message.subtype === 'message_deleted' && message.deleted_ts)
        return await followFeedback(ctx.control, external(message.deleted_ts), null)
      const { user, thread_ts: thread, ts, channel, text = '' } = message
      if ((message.subtype && !SAID.has(message.subtype)) || message.bot_id || !user || !thread) return
      const account = `${message.user_team ?? message.team ?? team}/${user}`
      const person = { platform: 'slack', account, name: await nameOf(user) } as const
      if (!known(person)) return
      await hearReply(ctx.control, {
        person,
        channel,
        thread,
        message: ts,
        external: external(ts),
        text,
        permalink: () => permalink(client, channel, ts),
      })
    } catch (error) {
      onFault(error)
    }
  })
}

const permalink = async (client: WebClient, channel: string, ts: string): Promise<string | null> =>
  callOf('link', () => client.chat.getPermalink({ channel, message_ts: ts }))
    .then((answer) => answer.permalink ?? null)
    .catch(() => null)
