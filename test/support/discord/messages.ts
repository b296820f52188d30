// Posting, editing and deleting messages, whoever does it and by whichever route.
import { EPHEMERAL, LOADING, resolveComponents, textOf, V2 } from './components.ts'
import { refused, refuseIssues } from './errors.ts'
import { checkMessage } from './limits.ts'
import { channelJson, memberJson, messageJson } from './payloads.ts'
import type { Channel, IncomingFile, Json, Message, StoredFile, User } from './types.ts'
import type { Audience, World } from './world.ts'

const GUILDS = 1 << 0
const GUILD_MESSAGES = 1 << 9
const REACTIONS = 1 << 10
const KEPT_FLAGS = 4 | EPHEMERAL | 4096 | V2
const NONCE_LIFE_MS = 5 * 60_000

export interface Post {
  channel: Channel
  author: User
  body: Json
  files?: readonly IncomingFile[]
  /** 0 an ordinary one, 19 a reply, 20 the answer to a command, 21 the start of a thread. */
  type?: number
  metadata?: Json
  replyTo?: Message
  visibleTo?: string
  /** The answer that a type 5 response promises. */
  loading?: boolean
}

/** The message that this nonce posted within the last minutes. */
export function postedBefore(world: World, channel: Channel, body: Json): Message | undefined {
  if (!body.enforce_nonce) return undefined
  return [...world.messages.values()].find(
    ({ nonce, author, channel_id, history }) =>
      nonce === body.nonce &&
      author.id === world.bot.id &&
      channel_id === channel.id &&
      world.now() - (history[0]?.at ?? 0) < NONCE_LIFE_MS,
  )
}

export function postMessage(world: World, post: Post): Message {
  const { channel, author, body, files: sent = [], metadata, visibleTo, loading = false } = post
  const files = receive(world, channel.id, body, sent)
  if (author.bot) {
    const names = files.map(({ filename }) => filename)
    refuseIssues([...checkMessage(body, names), ...checkReference(world, channel, body)])
  }
  const reference = body.message_reference as Json | undefined
  const found = post.replyTo ?? (reference && world.messages.get(String(reference.message_id)))
  const message: Message = {
    id: world.snowflake(),
    channel_id: channel.id,
    guild_id: channel.guild_id,
    type: post.type ?? (found ? 19 : 0),
    author,
    content: (body.content as string | null | undefined) ?? '',
    embeds: resolveEmbeds(body.embeds, files),
    components: resolveComponents(body.components, files, () => world.snowflake()),
    flags:
      (((body.flags as number) ?? 0) & KEPT_FLAGS & ~EPHEMERAL) |
      (visibleTo ? EPHEMERAL : 0) |
      (loading ? LOADING : 0),
    timestamp: world.iso(),
    edited_timestamp: null,
    mentions: [],
    mention_everyone: false,
    reactions: [],
    ...(body.nonce !== undefined && { nonce: body.nonce as string }),
    ...(found && {
      message_reference: {
        type: 0,
        message_id: found.id,
        channel_id: found.channel_id,
        guild_id: found.guild_id,
      },
    }),
    ...(metadata && { interaction_metadata: metadata }),
    files,
    history: [{ at: world.now(), body }],
    ...(visibleTo && { visibleTo }),
  }
  mention(world, message, body)
  const empty = !message.content && !message.embeds.length && !message.components.length && !files.length
  if (empty && !loading && message.type !== 21 && !body.poll && !body.sticker_ids)
    throw refused('emptyMessage')
  world.messages.set(message.id, message)
  if (!visibleTo) {
    channel.last_message_id = message.id
    if (channel.thread_metadata) channel.message_count = (channel.message_count ?? 0) + 1
    announce(world, 'MESSAGE_CREATE', message)
  }
  return message
}

/** Changes what the body names, keeps the rest. */
export function editMessage(
  world: World,
  message: Message,
  body: Json,
  sent: readonly IncomingFile[] = [],
): Message {
  const added = receive(world, message.channel_id, body, sent)
  const kept = body.attachments as { id: string }[] | null | undefined
  const files = [
    ...message.files.filter(({ id }) => kept === undefined || kept?.some((keep) => keep.id === id)),
    ...added,
  ]
  const names = files.map(({ filename }) => filename)
  if (message.author.bot) refuseIssues(checkMessage(body, names, message))
  message.files = files
  if (body.content !== undefined) message.content = (body.content as string | null) ?? ''
  if (body.embeds !== undefined) message.embeds = resolveEmbeds(body.embeds, files)
  if (body.components !== undefined)
    message.components = resolveComponents(body.components, files, () => world.snowflake())
  const flags = typeof body.flags === 'number' ? body.flags & KEPT_FLAGS : message.flags & V2
  message.flags = (message.flags & ~(LOADING | V2 | 4)) | (flags & (V2 | 4))
  message.edited_timestamp = world.iso()
  message.history.push({ at: world.now(), body })
  mention(world, message, body)
  announce(world, 'MESSAGE_UPDATE', message)
  return message
}

export function deleteMessage(world: World, message: Message): void {
  world.messages.delete(message.id)
  if (message.visibleTo) return
  const { id, channel_id, guild_id } = message
  world.dispatch('MESSAGE_DELETE', { id, channel_id, guild_id }, audience(message))
}

export function react(world: World, message: Message, user: User, emoji: string): void {
  if (message.reactions.some((reaction) => reaction.emoji === emoji && reaction.by === user.id)) return
  message.reactions.push({ emoji, by: user.id })
  announceReaction(world, 'MESSAGE_REACTION_ADD', message, user, emoji)
}

export function unreact(world: World, message: Message, user: User, emoji: string): void {
  message.reactions = message.reactions.filter(
    (reaction) => reaction.emoji !== emoji || reaction.by !== user.id,
  )
  announceReaction(world, 'MESSAGE_REACTION_REMOVE', message, user, emoji)
}

function announceReaction(world: World, event: string, message: Message, user: User, emoji: string): void {
  const member = world.guild(message.guild_id).members.get(user.id)
  world.dispatch(
    event,
    {
      user_id: user.id,
      message_id: message.id,
      message_author_id: message.author.id,
      channel_id: message.channel_id,
      guild_id: message.guild_id,
      emoji: { id: null, name: emoji },
      burst: false,
      type: 0,
      ...(member && { member: { ...memberJson(member), user: { ...user } } }),
    },
    { ...audience(message), intents: REACTIONS },
  )
}

/** A channel or thread has changed. */
export function announceChannel(world: World, event: string, channel: Channel, more: Json = {}): void {
  world.dispatch(
    event,
    { ...channelJson(world, channel), ...more },
    { guildId: channel.guild_id, intents: GUILDS },
  )
}

/** A message in an archived thread wakes it, unless it is locked. */
export function unarchive(world: World, channel: Channel): void {
  const metadata = channel.thread_metadata
  if (!metadata?.archived) return
  if (metadata.locked) throw refused('archivedThread')
  Object.assign(metadata, { archived: false, archive_timestamp: world.iso() })
  announceChannel(world, 'THREAD_UPDATE', channel)
}

function audience(message: Message): Audience {
  return { guildId: message.guild_id, channelId: message.channel_id, intents: GUILD_MESSAGES }
}

export function announce(world: World, event: string, message: Message): void {
  if (message.visibleTo) return
  const member = world.guild(message.guild_id).members.get(message.author.id)
  const more = { guild_id: message.guild_id, ...(member && { member: memberJson(member) }) }
  world.dispatch(event, { ...messageJson(world, message), ...more }, audience(message))
}

function checkReference(world: World, channel: Channel, body: Json) {
  const reference = body.message_reference as Json | undefined
  const missing = reference && world.messages.get(String(reference.message_id))?.channel_id !== channel.id
  if (!missing || reference.fail_if_not_exists === false) return []
  return [
    { path: 'message_reference', code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', message: 'Unknown message' },
  ]
}

/** Who is called by it: everyone that the text names, unless allowed_mentions says less. */
function mention(world: World, message: Message, body: Json): void {
  const allowed = body.allowed_mentions as { parse?: string[]; users?: string[] } | undefined
  const text = textOf(message)
  const ids = [...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id as string)
  const called = ids.filter(
    (id) => !allowed || allowed.parse?.includes('users') || allowed.users?.includes(id),
  )
  message.mentions = [...new Set(called)].flatMap((id) => world.users.get(id) ?? [])
  message.mention_everyone =
    /@(everyone|here)\b/.test(text) && (!allowed || !!allowed.parse?.includes('everyone'))
}

function resolveEmbeds(sent: unknown, files: readonly StoredFile[]): Json[] {
  const embeds = structuredClone((sent ?? []) as Json[])
  for (const embed of embeds) {
    embed.type = 'rich'
    for (const field of (embed.fields ?? []) as Json[]) field.inline ??= false
    for (const part of ['image', 'thumbnail']) {
      const media = embed[part] as Json | undefined
      const file = files.find(({ filename }) => media?.url === `attachment://${filename}`)
      if (media && file) Object.assign(media, { url: file.url, proxy_url: file.url })
    }
  }
  return embeds
}

function receive(world: World, channelId: string, body: Json, sent: readonly IncomingFile[]): StoredFile[] {
  const described = (body.attachments ?? []) as { id: string; description?: string; filename?: string }[]
  return sent.map((file) => {
    const told = described.find(({ id }) => id === String(file.index))
    const id = world.snowflake()
    const filename = (told?.filename ?? file.name).replaceAll(/[^\w.-]/g, '_')
    return {
      id,
      filename,
      description: told?.description ?? null,
      content_type: file.type || 'application/octet-stream',
      size: file.bytes.length,
      url: `${world.origin}/attachments/${channelId}/${id}/${filename}`,
      ...pngSize(file.bytes),
      bytes: file.bytes,
    }
  })
}

/** Width and height stand in a PNG's first chunk, at bytes 16 and 20. */
function pngSize(bytes: Uint8Array): { width?: number; height?: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 24 || view.getUint32(0) !== 0x89504e47) return {}
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
