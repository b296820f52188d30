// Messages, threads and reactions, as the bot's token may use them.
import { HAS_THREAD } from './components.ts'
import { refused, refuseIssues } from './errors.ts'
import { checkThread } from './limits-forms.ts'
import {
  announce,
  announceChannel,
  deleteMessage,
  editMessage,
  postedBefore,
  postMessage,
  react,
  unarchive,
  unreact,
} from './messages.ts'
import { channelJson, messageJson, withoutContent } from './payloads.ts'
import { type Handler, ok } from './route.ts'
import type { Channel, Json, Message } from './types.ts'
import type { Permission, World } from './world.ts'

const PUBLIC_THREAD = 11
const THREAD_STARTER = 21

const sendPermission = (channel: Channel): Permission =>
  channel.thread_metadata ? 'SendMessagesInThreads' : 'SendMessages'

/** The bot's view of a message: without content where the portal has not granted it. */
function shown(world: World, message: Message): Json {
  const json = messageJson(world, message)
  return world.settings.messageContent ? json : withoutContent(json, world.bot.id)
}

function refuseArchived(channel: Channel): void {
  if (channel.thread_metadata?.archived) throw refused('archivedThread')
}

const post: Handler = ({ world, params, body, files }) => {
  const channel = world.channel(params.channel_id)
  world.need(channel, sendPermission(channel))
  if (files.length > 0) world.need(channel, 'AttachFiles')
  const before = postedBefore(world, channel, body)
  if (before) return ok(shown(world, before))
  unarchive(world, channel)
  return ok(shown(world, postMessage(world, { channel, author: world.bot, body, files })))
}

const edit: Handler = ({ world, params, body, files }) => {
  const channel = world.channel(params.channel_id)
  const message = world.message(params.channel_id, params.message_id)
  if (message.author.id !== world.bot.id) throw refused('cannotEditOthers')
  if (files.length > 0) world.need(channel, 'AttachFiles')
  refuseArchived(channel)
  return ok(shown(world, editMessage(world, message, body, files)))
}

const remove: Handler = ({ world, params }) => {
  const channel = world.channel(params.channel_id)
  const message = world.message(params.channel_id, params.message_id)
  if (message.author.id !== world.bot.id) world.need(channel, 'ManageMessages')
  refuseArchived(channel)
  deleteMessage(world, message)
  return ok()
}

const list: Handler = ({ world, params, query }) => {
  const channel = world.channel(params.channel_id)
  // Without the permission Discord answers with an empty list.
  if (!world.may(channel, 'ReadMessageHistory')) return ok([])
  const [before, after] = [query.get('before'), query.get('after')]
  const limit = Number(query.get('limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    refuseIssues([
      { path: 'limit', code: 'NUMBER_TYPE_RANGE', message: 'int value should be between 1 and 100.' },
    ])
  const found = [...world.messages.values()]
    .filter(({ channel_id, visibleTo }) => channel_id === channel.id && !visibleTo)
    .filter(({ id }) => (!before || BigInt(id) < BigInt(before)) && (!after || BigInt(id) > BigInt(after)))
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
  const page = after ? found.slice(-limit) : found.slice(0, limit)
  return ok(page.map((message) => shown(world, message)))
}

const startThread: Handler = ({ world, params, body }) => {
  const parent = world.channel(params.channel_id)
  const message = world.message(params.channel_id, params.message_id)
  world.need(parent, 'CreatePublicThreads')
  refuseIssues(checkThread(body, true))
  if (world.channels.has(message.id)) throw refused('threadExists')
  const thread: Channel = {
    id: message.id,
    type: PUBLIC_THREAD,
    guild_id: parent.guild_id,
    name: String(body.name),
    parent_id: parent.id,
    last_message_id: null,
    owner_id: world.bot.id,
    thread_metadata: {
      archived: false,
      archive_timestamp: world.iso(),
      auto_archive_duration: (body.auto_archive_duration as number) ?? 4320,
      locked: false,
      create_timestamp: world.iso(),
    },
    message_count: 0,
    member_count: 1,
  }
  world.channels.set(thread.id, thread)
  message.flags |= HAS_THREAD
  const member = { id: thread.id, user_id: world.bot.id, join_timestamp: world.iso(), flags: 0 }
  announceChannel(world, 'THREAD_CREATE', thread, { newly_created: true, member })
  announce(world, 'MESSAGE_UPDATE', message)
  const starter = postMessage(world, { channel: thread, author: world.bot, body: {}, type: THREAD_STARTER })
  starter.message_reference = {
    type: 0,
    message_id: message.id,
    channel_id: parent.id,
    guild_id: parent.guild_id,
  }
  thread.message_count = 0
  return ok({ ...channelJson(world, thread), member }, 201)
}

const change: Handler = ({ world, params, body }) => {
  const channel = world.channel(params.channel_id)
  const metadata = channel.thread_metadata
  if (!metadata) throw refused('missingPermissions')
  refuseIssues(checkThread(body, false))
  const moderates = metadata.locked || body.locked !== undefined
  if (moderates || channel.owner_id !== world.bot.id) world.need(channel, 'ManageThreads')
  if (metadata.archived && body.archived !== false) throw refused('archivedThread')
  if (typeof body.name === 'string') channel.name = body.name
  if (typeof body.archived === 'boolean') {
    metadata.archived = body.archived
    metadata.archive_timestamp = world.iso()
  }
  if (typeof body.auto_archive_duration === 'number')
    metadata.auto_archive_duration = body.auto_archive_duration
  announceChannel(world, 'THREAD_UPDATE', channel)
  return ok(channelJson(world, channel))
}

export const channelRoutes = {
  'GET /channels/{channel_id}': ({ world, params }) =>
    ok(channelJson(world, world.channel(params.channel_id))),
  'PATCH /channels/{channel_id}': change,
  'GET /channels/{channel_id}/messages': list,
  'POST /channels/{channel_id}/messages': post,
  'GET /channels/{channel_id}/messages/{message_id}': ({ world, params }) => {
    const channel = world.channel(params.channel_id)
    world.need(channel, 'ReadMessageHistory')
    return ok(shown(world, world.message(params.channel_id, params.message_id)))
  },
  'PATCH /channels/{channel_id}/messages/{message_id}': edit,
  'DELETE /channels/{channel_id}/messages/{message_id}': remove,
  'POST /channels/{channel_id}/messages/{message_id}/threads': startThread,
  'PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me': ({ world, params }) => {
    const channel = world.channel(params.channel_id)
    const message = world.message(params.channel_id, params.message_id)
    world.need(channel, 'ReadMessageHistory', 'AddReactions')
    refuseArchived(channel)
    react(world, message, world.bot, params.emoji_name ?? '')
    return ok()
  },
  'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me': ({ world, params }) => {
    world.channel(params.channel_id)
    unreact(world, world.message(params.channel_id, params.message_id), world.bot, params.emoji_name ?? '')
    return ok()
  },
  'PUT /channels/{channel_id}/thread-members/@me': ({ world, params }) => {
    refuseArchived(world.channel(params.channel_id))
    return ok()
  },
  'POST /channels/{channel_id}/typing': ({ world, params }) => {
    const channel = world.channel(params.channel_id)
    world.need(channel, sendPermission(channel))
    return ok()
  },
} as const satisfies Record<string, Handler>
