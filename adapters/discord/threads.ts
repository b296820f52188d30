// Replies in a card's thread are feedback; edits and deletions are followed.
import { type Client, Events, type Message } from 'discord.js'
import { hearReply } from '../../src/chat/hear-reply.ts'
import { followFeedback } from '../../src/mission/give-feedback.ts'
import type { Listening } from './interactions.ts'

export function listenForReplies(client: Client, { ctx, guild, onFault }: Listening): void {
  const external = ({ channelId, id }: { channelId: string; id: string }) => `discord:${channelId}:${id}`

  const hear = async (message: Message): Promise<void> => {
    if (message.author.bot || message.system || message.guildId !== guild || !message.channel.isThread())
      return
    await hearReply(ctx.control, {
      person: {
        platform: 'discord',
        account: message.author.id,
        name: message.member?.nickname ?? message.author.displayName,
      },
      channel: message.channelId,
      thread: message.channelId,
      message: message.id,
      external: external(message),
      text: message.content,
      permalink: async () => message.url,
    })
  }
  client.on(Events.MessageCreate, (message) => void hear(message).catch(onFault))
  client.on(
    Events.MessageUpdate,
    (_before, message) =>
      void (async () => {
        if (message.author?.bot || message.content === null) return
        await followFeedback(ctx.control, external(message), message.content)
      })().catch(onFault),
  )
  client.on(
    Events.MessageDelete,
    (message) => void followFeedback(ctx.control, external(message), null).catch(onFault),
  )
}
