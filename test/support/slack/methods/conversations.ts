import { messageJson, repliesOf } from '../messages.ts'
import { type Channel, type Fields, isTrue, type Message, Refused, textOf } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'
import { channelOf, type Method, messageOf, openDirect, page, writableOf } from './method.ts'

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.info': (w, args) => ({ channel: channelJson(w, channelOf(w, args.channel)) }),

  'conversations.join': (w, args) => {
    const channel = channelOf(w, args.channel)
    if (channel.isPrivate) throw new Refused('method_not_supported_for_channel_type')
    if (channel.isArchived) throw new Refused('is_archived')
    const already = channel.isMember
    channel.isMember = true
    if (!already) {
      const { user } = w.options.bot
      const event = { type: 'member_joined_channel', user, channel: channel.id, channel_type: 'C' }
      w.publish({ ...event, team: w.options.team.id, event_ts: w.ts() }, channel)
    }
    return { channel: channelJson(w, channel), ...(already && { warning: 'already_in_channel' }) }
  },

  'conversations.open': (w, args) => {
    const user = textOf(args.users)
    if (!w.people.has(user)) throw new Refused('user_not_found')
    return { channel: { id: openDirect(w, user).id } }
  },

  'conversations.history': (w, args) => {
    const channel = readable(w, args.channel)
    const all = w.messages
      .filter((m) => m.channel === channel.id && m.deletedAt === undefined)
      .filter((m) => m.threadTs === undefined || m.broadcast)
      .filter((m) => within(m, args))
      .reverse()
    const { items, rest } = page(all, args, 999)
    return { messages: items.map((m) => messageJson(w, m, isTrue(args.include_all_metadata))), ...rest }
  },

  'conversations.replies': (w, args) => {
    const channel = readable(w, args.channel)
    const ts = textOf(args.ts)
    const first = w.message(channel.id, ts)
    const replies = repliesOf(w, channel.id, first?.threadTs ?? ts)
    if (!first && !replies.length) throw new Refused('thread_not_found')
    const all = (first ? [first, ...replies] : replies).filter((m) => m === first || within(m, args))
    const { items, rest } = page(all, args, 1000)
    return { messages: items.map((m) => messageJson(w, m, isTrue(args.include_all_metadata))), ...rest }
  },

  'reactions.add': (w, args) => {
    const { message, name, reaction } = reactionOf(w, args)
    const user = w.options.bot.user
    if (reaction?.users.includes(user)) throw new Refused('already_reacted')
    if (reaction) reaction.users.push(user)
    else message.reactions.push({ name, users: [user] })
    announceReaction(w, 'reaction_added', message, name)
    return {}
  },

  'reactions.remove': (w, args) => {
    const { message, name, reaction } = reactionOf(w, args)
    const user = w.options.bot.user
    if (!reaction?.users.includes(user)) throw new Refused('no_reaction')
    reaction.users = reaction.users.filter((one) => one !== user)
    message.reactions = message.reactions.filter((one) => one.users.length)
    announceReaction(w, 'reaction_removed', message, name)
    return {}
  },
}

function reactionOf(w: Workspace, args: Fields) {
  const message = messageOf(w, writableOf(w, args.channel), args.timestamp)
  const name = textOf(args.name)
  if (!/^[\w+'-]+(::[\w-]+)?$/.test(name)) throw new Refused('invalid_name')
  return { message, name, reaction: message.reactions.find((one) => one.name === name) }
}

function announceReaction(w: Workspace, type: string, message: Message, reaction: string): void {
  w.changed()
  const item = { type: 'message', channel: message.channel, ts: message.ts }
  const { user } = w.options.bot
  const event = { type, user, reaction, item, item_user: message.user, event_ts: w.ts() }
  if (w.options.echo) w.publish(event, w.channel(message.channel))
}

function readable(w: Workspace, value: unknown): Channel {
  const channel = channelOf(w, value)
  if (!channel.isMember) throw new Refused('not_in_channel')
  return channel
}

function within(m: Message, args: Fields): boolean {
  const inclusive = isTrue(args.inclusive)
  const [oldest, latest, ts] = [Number(args.oldest ?? 0), Number(args.latest ?? Infinity), Number(m.ts)]
  return inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest
}

export const channelJson = (w: Workspace, channel: Channel): Fields => ({
  id: channel.id,
  name: channel.name,
  name_normalized: channel.name,
  is_channel: !channel.isPrivate,
  is_group: channel.isPrivate && !channel.isIm,
  is_im: channel.isIm,
  is_mpim: false,
  is_private: channel.isPrivate,
  is_archived: channel.isArchived,
  is_member: channel.isMember,
  is_general: false,
  is_shared: channel.isExtShared,
  is_ext_shared: channel.isExtShared,
  context_team_id: w.options.team.id,
})
