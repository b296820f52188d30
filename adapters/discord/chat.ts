// What Grace posts on Discord: one card per mission and channel, its thread, private answers.
import { createHash } from 'node:crypto'
import { DiscordAPIError, REST } from 'discord.js'
import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { Card } from '../../src/cards/card.ts'
import type { Chat, Picture, Shown } from '../../src/chat/chat.ts'
import type { DiscordEnv } from '../../src/config/env.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { chartText } from '../chart/chart-text.ts'
import { callOf as calling, discordCode } from './errors.ts'
import { renderCard, renderPost, renderReply } from './render.ts'

/** Retrying is the outbox's business; nothing that was asked is asked twice behind its back. */
export const PATIENCE = { timeout: 10_000, retries: 0, rejectOnRateLimit: () => true }

const CHART = 'before-and-after.png'
const LOOK_BACK = 50
const WEEK_MINUTES = 10_080
const UNKNOWN_MESSAGE = 10_008
const HAS_THREAD = 160_004
/** The interaction is over: its answer goes where everybody reads it. */
const TOO_LATE = new Set([10_015, 10_062, 50_027])

/** 25 characters; the same key is posted once for some minutes. */
const nonceOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 25)

/** A file that a component shows is not among the attachments (discord-api-docs#8279). */
function chartOf(message: APIMessage): string | null {
  const found = /"attachment_id":"(\d+)"/.exec(JSON.stringify(message.components ?? []))?.[1]
  return found ?? message.attachments.find((file) => file.filename === CHART)?.id ?? null
}

/**
 * A client of its own, beside the gateway's: it works while that one reconnects. `where`: the address of a mission's
 * page, where people can reach it.
 */
export function discordChat({ token, apiUrl }: DiscordEnv, where?: (card: Card) => string): Chat {
  const rest = new REST({ ...(apiUrl ? { api: apiUrl } : {}), ...PATIENCE })
  /** After one 401 the client forgets its token, also where Discord has recovered since. */
  const callOf = <T>(what: string, call: () => Promise<T>): Promise<T> => {
    rest.setToken(token.reveal())
    return calling(what, call)
  }
  let known: string | undefined
  const applicationId = async (): Promise<string> => {
    known ??= ((await callOf('application', () => rest.get(Routes.currentApplication()))) as { id: string })
      .id
    return known
  }

  const body = (card: Card, chart: string | null) =>
    renderCard(card, {
      ...(chart ? { chart: { name: CHART, text: chartText(card.chart) } } : {}),
      ...(where ? { where: where(card) } : {}),
    })
  const channelOf = (shown: Shown): string => shown.thread ?? shown.message

  async function openThread(channel: string, message: string, title: string): Promise<string> {
    try {
      const thread = await callOf('thread', () =>
        rest.post(Routes.threads(channel, message), {
          body: { name: title, auto_archive_duration: WEEK_MINUTES },
        }),
      )
      return (thread as { id: string }).id
    } catch (error) {
      // A thread that began from a message has the message's id.
      if (discordCode(error) === HAS_THREAD) return message
      throw error
    }
  }

  return {
    platform: 'discord',
    async post(channel, card, key) {
      const message = (await callOf('card', () =>
        rest.post(Routes.channelMessages(channel), {
          body: { ...body(card, null), nonce: nonceOf(key), enforce_nonce: true },
        }),
      )) as APIMessage
      return { message: message.id, thread: null, chart: null }
    },
    async findCard(channel, card) {
      const own = await applicationId()
      const messages = (await callOf('card', () =>
        rest.get(Routes.channelMessages(channel), {
          query: new URLSearchParams({ limit: String(LOOK_BACK) }),
        }),
      )) as APIMessage[]
      const found = messages.find(
        (one) =>
          one.author.id === own && JSON.stringify(one.components ?? []).includes(`1:details:${card.mission}`),
      )
      return found && { message: found.id, thread: found.thread?.id ?? null, chart: chartOf(found) }
    },
    async edit(channel, shown, card, picture) {
      const chart = picture ? CHART : shown.chart
      const edited = async (with_: string | null, file: Picture | undefined) =>
        (await callOf('card', () =>
          rest.patch(Routes.channelMessage(channel, shown.message), {
            body: {
              ...body(card, with_),
              attachments: file
                ? [{ id: '0', filename: CHART, description: file.text }]
                : with_
                  ? [{ id: with_ }]
                  : [],
            },
            ...(file ? { files: [{ name: CHART, data: Buffer.from(file.png), key: 'files[0]' }] } : {}),
          }),
        )) as APIMessage
      try {
        const message = await edited(chart, picture)
        return { ...shown, chart: chart ? chartOf(message) : null }
      } catch (error) {
        if (discordCode(error) === UNKNOWN_MESSAGE) return 'gone'
        // A picture that is not taken (discord-api-docs#7529) does not keep the figures back.
        const refused = error instanceof Refusal || (error instanceof DiscordAPIError && error.status === 400)
        if (!chart || !refused) throw error
        await edited(null, undefined)
        return { ...shown, chart: null }
      }
    },
    async say(channel, shown, title, post, key) {
      const thread = shown.thread ?? (await openThread(channel, shown.message, title))
      // The nonce finds an earlier attempt of the last minutes by itself.
      const message = (await callOf('thread', () =>
        rest.post(Routes.channelMessages(channelOf({ ...shown, thread })), {
          body: { ...renderPost(post), nonce: nonceOf(key), enforce_nonce: true },
        }),
      )) as APIMessage
      return { ...shown, thread, message: message.id }
    },
    async tell(address, reply, openly = false) {
      const message = renderReply(reply)
      if (address.token) {
        const application = await applicationId()
        const flags = message.flags | MessageFlags.Ephemeral
        try {
          await callOf('private answer', () =>
            rest.post(Routes.webhook(application, address.token), {
              body: { ...message, flags },
              auth: false,
            }),
          )
          return
        } catch (error) {
          if (!openly || !TOO_LATE.has(Number(discordCode(error)))) throw error
        }
      }
      if (!openly) return
      // Nobody is mentioned, and its buttons are for the one who asked: they stay away.
      await callOf('answer', () =>
        rest.post(Routes.channelMessages(address.channel), { body: renderPost(reply) }),
      )
    },
    async react(channel, message) {
      try {
        await callOf('reaction', () =>
          rest.put(Routes.channelMessageOwnReaction(channel, message, encodeURIComponent('✅'))),
        )
      } catch (error) {
        if (discordCode(error) !== UNKNOWN_MESSAGE) throw error
      }
    },
  }
}
