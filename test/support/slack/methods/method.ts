// What all methods share: their shape, and finding the channel and the message they speak of.
import { type Channel, type Fields, type Message, Refused, textOf } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'

/** Carries one call out and returns what stands beside `ok: true`; throws Refused. */
export type Method = (w: Workspace, args: Fields) => Fields

/** A conversation that the bot may know of; a person's id means the direct messages with them. */
export function channelOf(w: Workspace, value: unknown): Channel {
  const id = textOf(value)
  const person = w.people.get(id)
  if (person) return w.channels.get(directId(id)) ?? openDirect(w, id)
  const channel = w.channels.get(id)
  if (!channel || (channel.isPrivate && !channel.isMember)) throw new Refused('channel_not_found')
  return channel
}

const directId = (user: string): string => `D${user.slice(1)}`

export function openDirect(w: Workspace, user: string): Channel {
  const given = { name: user, isIm: true, isPrivate: true, members: [user] }
  return w.channels.get(directId(user)) ?? w.addChannel(directId(user), given)
}

/** A conversation in which the bot may write. */
export function writableOf(w: Workspace, value: unknown): Channel {
  const channel = channelOf(w, value)
  if (channel.isArchived) throw new Refused('is_archived')
  if (!channel.isMember) throw new Refused('not_in_channel')
  return channel
}

export function messageOf(w: Workspace, channel: Channel, ts: unknown): Message {
  const message = w.message(channel.id, textOf(ts))
  if (!message) throw new Refused('message_not_found')
  return message
}

/** One page of a list, with Slack's cursor. */
export function page<T>(all: readonly T[], args: Fields, most: number): { items: T[]; rest: Fields } {
  const limit = Math.min(Number(args.limit ?? 100) || 100, most)
  const start = args.cursor ? Number(Buffer.from(textOf(args.cursor), 'base64').toString()) : 0
  if (!Number.isInteger(start)) throw new Refused('invalid_cursor')
  const next = start + limit
  const more = next < all.length
  const cursor = more ? Buffer.from(String(next)).toString('base64') : ''
  return {
    items: all.slice(start, next),
    rest: { has_more: more, response_metadata: { next_cursor: cursor } },
  }
}
