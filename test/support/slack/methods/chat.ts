import { lengthOf } from '../findings.ts'
import { checkContent, contentOf, edit, messageJson, post, remove, withIds } from '../messages.ts'
import { type Fields, isFields, isTrue, Refused, textOf } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'
import { channelOf, type Method, messageOf, writableOf } from './method.ts'

const TEXT_KEPT = 40_000
const TEXT_IN_UPDATE = 4_000

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': (w, args) => {
    const channel = writableOf(w, args.channel)
    const content = contentOf(args)
    checkContent(w, content)
    const long = lengthOf(content.text) > TEXT_KEPT
    if (long) w.warn(`text truncated past ${TEXT_KEPT} characters`)
    const { message } = post(w, {
      ...content,
      text: long ? [...content.text].slice(0, TEXT_KEPT).join('') : content.text,
      channel,
      user: w.options.bot.user,
      via: 'chat.postMessage',
      threadTs: args.thread_ts === undefined ? undefined : textOf(args.thread_ts),
      broadcast: args.thread_ts !== undefined && isTrue(args.reply_broadcast),
      metadata: metadataOf(args),
    })
    return { channel: channel.id, ts: message.ts, message: messageJson(w, message) }
  },

  'chat.update': (w, args) => {
    const channel = channelOf(w, args.channel)
    if (channel.isArchived) throw new Refused('is_archived')
    const message = messageOf(w, channel, args.ts)
    if (message.user !== w.options.bot.user) throw new Refused('cant_update_message')
    const given = contentOf(args)
    if (lengthOf(given.text) > TEXT_IN_UPDATE) throw new Refused('msg_too_long')
    if (args.text !== undefined && args.blocks === undefined && message.blocks.length)
      w.warn(`chat.update of ${message.ts} with text and no blocks removed its blocks`)
    const content = {
      text: args.text === undefined ? message.text : given.text,
      blocks: args.blocks === undefined && args.text === undefined ? message.blocks : given.blocks,
      attachments: args.attachments === undefined ? message.attachments : given.attachments,
    }
    checkContent(w, content)
    message.metadata = metadataOf(args) ?? message.metadata
    edit(w, message, content, 'chat.update', w.options.bot.user)
    return { channel: channel.id, ts: message.ts, text: message.text, message: messageJson(w, message) }
  },

  'chat.delete': (w, args) => {
    const channel = channelOf(w, args.channel)
    const message = messageOf(w, channel, args.ts)
    if (message.user !== w.options.bot.user) throw new Refused('cant_delete_message')
    remove(w, message)
    return { channel: channel.id, ts: message.ts }
  },

  'chat.postEphemeral': (w, args) => {
    const channel = writableOf(w, args.channel)
    const user = textOf(args.user)
    if (!w.people.has(user)) throw new Refused('user_not_found')
    if (channel.members && !channel.members.has(user)) throw new Refused('user_not_in_channel')
    const content = contentOf(args)
    checkContent(w, content)
    return { message_ts: whisper(w, user, channel.id, content, 'chat.postEphemeral', textOf(args.thread_ts)) }
  },

  'chat.getPermalink': (w, args) => {
    const channel = channelOf(w, args.channel)
    const { ts, threadTs } = messageOf(w, channel, args.message_ts)
    const link = `https://${w.options.team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`
    return {
      channel: channel.id,
      permalink: threadTs ? `${link}?thread_ts=${threadTs}&cid=${channel.id}` : link,
    }
  },
}

/** Shows something to one person only; returns its ts. */
export function whisper(
  w: Workspace,
  user: string,
  channel: string,
  content: ReturnType<typeof contentOf>,
  via: 'chat.postEphemeral' | 'response_url' | 'command',
  threadTs = '',
): string {
  const ts = w.ts()
  const blocks = withIds(w, content.blocks)
  const thread = threadTs || undefined
  w.privates.push({
    user,
    channel,
    ts,
    threadTs: thread,
    via,
    at: w.now(),
    text: content.text,
    blocks,
    deleted: false,
  })
  w.changed()
  return ts
}

function metadataOf(args: Fields): Fields | undefined {
  if (args.metadata === undefined) return undefined
  const metadata = args.metadata
  if (!isFields(metadata) || typeof metadata.event_type !== 'string' || !isFields(metadata.event_payload))
    throw new Refused('invalid_metadata_format')
  return metadata
}
