// What Grace posts on Slack: one card per mission and channel, its thread, private answers.
import { setTimeout as sleep } from 'node:timers/promises'
import { WebClient } from '@slack/web-api'
import type { Card } from '../../src/cards/card.ts'
import type { Chat, Picture, Shown } from '../../src/chat/chat.ts'
import type { SlackEnv } from '../../src/config/env.ts'
import { Later } from '../../src/kernel/later.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { callOf, slackCode } from './errors.ts'
import { renderCard, renderPost, renderReply } from './render.ts'

const TIMEOUT_MS = 10_000
/** An uploaded file is not shown before Slack has looked at it. */
const FILE_WAITS_MS = [200, 400, 800, 1_600]
const LOOK_BACK = 100
const WHOLE_THREAD = 999

/** Retrying is the outbox's business: a client that posts again by itself posts twice. */
export const webClient = ({ botToken, apiUrl }: SlackEnv): WebClient =>
  new WebClient(botToken.reveal(), {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })

export const userOf = (account: string): string => account.split('/').at(-1)!

const metadataOf = (message: { metadata?: { event_payload?: object } }): Record<string, unknown> =>
  (message.metadata?.event_payload ?? {}) as Record<string, unknown>

/** `where`: the address of a mission's page, where people can reach it. */
export function slackChat(client: WebClient, where?: (card: Card) => string): Chat {
  const rendered = (card: Card, chart: string | null, key?: string) => {
    const { text, blocks, metadata } = renderCard(card, {
      ...(chart ? { chartFileId: chart } : {}),
      ...(where ? { where: where(card) } : {}),
    })
    return {
      text,
      blocks,
      metadata: key ? { ...metadata, event_payload: { ...metadata.event_payload, key } } : metadata,
    }
  }

  /** Null where the workspace does not let the bot share files. */
  async function upload(channel: string, thread: string, { png, text }: Picture): Promise<string | null> {
    try {
      const done = await callOf('files', () =>
        client.filesUploadV2({
          channel_id: channel,
          thread_ts: thread,
          file: Buffer.from(png),
          filename: 'before-and-after.png',
          alt_text: text,
        }),
      )
      const [group] = (done as unknown as { files?: { files?: { id?: string }[] }[] }).files ?? []
      const id = group?.files?.[0]?.id
      if (!id) return null
      for (const wait of FILE_WAITS_MS) {
        const { file } = await callOf('files', () => client.files.info({ file: id }))
        if (file?.mimetype) return id
        await sleep(wait)
      }
      return id
    } catch (error) {
      if (error instanceof Refusal) return null
      throw error
    }
  }

  /** False where the message is no more. */
  async function update(channel: string, ts: string, card: Card, chart: string | null, key?: string) {
    try {
      await callOf('card', () => client.chat.update({ channel, ts, ...rendered(card, chart, key) }))
      return true
    } catch (error) {
      if (GONE.has(slackCode(error) ?? '')) return false
      throw error
    }
  }

  return {
    platform: 'slack',
    async post(channel, card, key) {
      const { ts } = await callOf('card', () =>
        client.chat.postMessage({
          channel,
          ...rendered(card, null, key),
          unfurl_links: false,
          unfurl_media: false,
        }),
      )
      return { message: ts!, thread: ts!, chart: null }
    },
    async findCard(channel, card, key) {
      const { messages = [] } = await callOf('card', () =>
        client.conversations.history({ channel, limit: LOOK_BACK, include_all_metadata: true }),
      )
      const found = messages.find((one) => {
        const { mission, key: its } = metadataOf(one)
        return one.bot_id !== undefined && mission === card.mission && its === key
      })
      return found?.ts ? { message: found.ts, thread: found.ts, chart: null } : undefined
    },
    upload,
    async edit(channel, { message, chart }, card) {
      const shown = (with_: string | null): Shown => ({ message, thread: message, chart: with_ })
      try {
        return (await update(channel, message, card, chart)) ? shown(chart) : 'gone'
      } catch (error) {
        // "invalid slack file": the picture stays in the thread, the figures don't wait for it.
        if (!chart || slackCode(error) !== 'invalid_blocks') throw error
        return (await update(channel, message, card, null)) ? shown(null) : 'gone'
      }
    },
    async say(channel, shown, _title, post, key, again) {
      const thread = shown.message
      if (again) {
        const { messages = [] } = await callOf('thread', () =>
          client.conversations.replies({
            channel,
            ts: thread,
            limit: WHOLE_THREAD,
            include_all_metadata: true,
          }),
        )
        const there = messages.find((one) => metadataOf(one).key === key)
        if (there?.ts) return { ...shown, thread, message: there.ts }
      }
      const { ts } = await callOf('thread', () =>
        client.chat.postMessage({
          channel,
          thread_ts: thread,
          ...renderPost(post),
          metadata: { event_type: 'grace_post', event_payload: { key } },
          unfurl_links: false,
          unfurl_media: false,
        }),
      )
      return { ...shown, thread, message: ts! }
    },
    async tell({ channel, account, token }, reply) {
      const message = renderReply(reply)
      const user = userOf(account)
      // Also where the bot is no member of the channel; good for half an hour and five answers.
      if (token && (await answered(token, message))) return
      try {
        await callOf('private answer', () => client.chat.postEphemeral({ channel, user, ...message }))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        await callOf('direct message', () => client.chat.postMessage({ channel: user, ...message }))
      }
    },
    async react(channel, message) {
      try {
        await callOf('reaction', () =>
          client.reactions.add({ channel, timestamp: message, name: 'white_check_mark' }),
        )
      } catch (error) {
        if (slackCode(error) !== 'already_reacted' && slackCode(error) !== 'message_not_found') throw error
      }
    },
  }
}

/** By the response_url of the click or command; false where it is used up. */
async function answered(url: string, message: object): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status === 429) throw new Later('Slack asked to be called later', 5_000)
  return response.ok
}

const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'])
