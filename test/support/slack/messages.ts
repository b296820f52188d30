// What happens to messages, whoever does it: posting, editing, deleting, and the JSON that Slack shows of them.
import { asMessages, blocksTooLong, checkBlocks, type Violation } from './limits.ts'
import {
  type Block,
  type Channel,
  type Delivery,
  type Fields,
  isFields,
  listOf,
  type Message,
  Refused,
  type Version,
} from './shapes.ts'
import type { Workspace } from './workspace.ts'

export interface Content {
  readonly text: string
  readonly blocks: readonly Block[]
  readonly attachments: readonly Fields[]
}

/** Gives every block and every interactive element an id, as Slack does. */
export function withIds(w: Workspace, blocks: readonly Fields[]): Block[] {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (!isFields(value)) return value
    const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]))
    if (ACTIONABLE.test(String(copy.type)) && !('action_id' in copy)) copy.action_id = w.id('act')
    return copy
  }
  return blocks.map((block) => ({ block_id: w.id('blk'), ...(visit(block) as Block) }))
}
const ACTIONABLE =
  /^(button|workflow_button|icon_button|feedback_buttons|overflow|checkboxes|radio_buttons|.*(select|picker|_input))$/

/** Refuses what Slack would: limits, blocks it does not have, files it cannot show. */
export function checkContent(w: Workspace, content: Content): void {
  if (!content.text && !content.blocks.length && !content.attachments.length) throw new Refused('no_text')
  if (content.attachments.length > 100) throw new Refused('too_many_attachments')
  const violations = [
    ...checkBlocks(content.blocks, 'message', w.options.unsupportedBlocks),
    ...checkFiles(w, content.blocks, '/blocks'),
  ]
  if (violations.length) throw invalid('invalid_blocks', violations)
  if (blocksTooLong(content.blocks)) throw new Refused('msg_blocks_too_long')
  if (content.blocks.length && !content.text) w.warn('blocks without text: no notification, no screen reader')
}

export const invalid = (error: string, violations: readonly Violation[]): Refused =>
  new Refused(error, {
    errors: asMessages(violations).map((message) => message.replace('[ERROR] ', '')),
    response_metadata: { messages: asMessages(violations) },
  })

/** Image blocks whose slack_file is not there, not an image, or not processed yet. */
export function checkFiles(w: Workspace, value: unknown, at: string): Violation[] {
  if (Array.isArray(value)) return value.flatMap((part, i) => checkFiles(w, part, `${at}/${i}`))
  if (!isFields(value)) return []
  const wanted = value.type === 'image' && isFields(value.slack_file) ? value.slack_file : undefined
  const file =
    wanted &&
    [...w.files.values()].find((f) => f.id === wanted.id || String(wanted.url ?? '').includes(`/${f.id}/`))
  const shown = file?.completed && file.readyAt <= w.now() && /\.(png|jpe?g|gif)$/i.test(file.name)
  if (wanted && !shown) return [{ pointer: `${at}/slack_file`, message: 'invalid slack file' }]
  return Object.entries(value).flatMap(([key, part]) => checkFiles(w, part, `${at}/${key}`))
}

export interface Post extends Content {
  readonly channel: Channel
  readonly user: string
  readonly via: Version['via']
  readonly threadTs?: string | undefined
  readonly broadcast?: boolean
  readonly subtype?: string
  readonly metadata?: Fields | undefined
  readonly files?: readonly string[]
}

/** What became of the event about a message; undefined = the app was not told. */
export type Told = Promise<Delivery> | undefined

/** Puts a message into a channel and tells the app about it where it listens. */
export function post(w: Workspace, given: Post): { message: Message; told: Told } {
  const byBot = given.user === w.options.bot.user
  const message: Message = {
    ts: w.ts(),
    channel: given.channel.id,
    user: given.user,
    botId: byBot ? w.options.bot.id : undefined,
    threadTs: rootOf(w, given.channel.id, given.threadTs),
    broadcast: given.broadcast ?? false,
    subtype: given.subtype,
    text: given.text,
    blocks: withIds(w, given.blocks),
    attachments: given.attachments,
    metadata: given.metadata,
    files: given.files ?? [],
    reactions: [],
    edited: undefined,
    history: [],
    deletedAt: undefined,
  }
  message.history.push({ at: w.now(), text: message.text, blocks: message.blocks, via: given.via })
  w.messages.push(message)
  return { message, told: announce(w, message, { ...messageJson(w, message, true), event_ts: message.ts }) }
}

/** A reply to a reply belongs to the thread of the first message. */
function rootOf(w: Workspace, channel: string, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined
  const target = w.message(channel, ts)
  if (!target) w.warn(`a reply in ${channel} to ${ts}, which is not there`)
  if (target?.threadTs) w.warn(`thread_ts ${ts} is itself a reply`)
  return target?.threadTs ?? ts
}

/** Replaces what a message shows. */
export function edit(
  w: Workspace,
  message: Message,
  content: Content,
  via: Version['via'],
  user: string,
): Told {
  const before = messageJson(w, message)
  const ts = w.ts()
  message.text = content.text
  message.blocks = withIds(w, content.blocks)
  message.attachments = content.attachments
  if (!content.blocks.length || via === 'person') message.edited = { user, ts }
  message.history.push({ at: w.now(), text: message.text, blocks: message.blocks, via })
  return announce(w, message, {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    message: messageJson(w, message),
    previous_message: before,
    ts,
    event_ts: ts,
  })
}

/** Takes a message away. */
export function remove(w: Workspace, message: Message): Told {
  const before = messageJson(w, message)
  message.deletedAt = w.now()
  const ts = w.ts()
  return announce(w, message, {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: message.ts,
    previous_message: before,
    ts,
    event_ts: ts,
  })
}

function announce(w: Workspace, message: Message, event: Fields): Told {
  w.changed()
  const channel = w.channel(message.channel)
  if (message.botId !== undefined && !w.options.echo) return undefined
  const kind = channel.isIm ? 'im' : channel.isPrivate ? 'group' : 'channel'
  return w.publish({ ...event, channel: channel.id, channel_type: kind }, channel)
}

/** Replies of a thread, oldest first. */
export const repliesOf = (w: Workspace, channel: string, ts: string): Message[] =>
  w.messages.filter((m) => m.channel === channel && m.threadTs === ts && m.deletedAt === undefined)

/** The message as Slack shows it in answers, events and clicks. */
export function messageJson(w: Workspace, m: Message, withMetadata = false): Fields {
  const { bot, team, appId } = w.options
  const replies = m.threadTs === undefined ? repliesOf(w, m.channel, m.ts) : []
  const parent = m.threadTs === undefined ? undefined : w.message(m.channel, m.threadTs)
  const repliers = [...new Set(replies.map((reply) => reply.user))]
  const json: Fields = {
    type: 'message',
    subtype: m.broadcast ? 'thread_broadcast' : m.subtype,
    user: m.user,
    text: m.text,
    ts: m.ts,
    team: w.people.get(m.user)?.teamId ?? team.id,
    bot_id: m.botId,
    app_id: m.botId && appId,
    bot_profile: m.botId && { id: m.botId, app_id: appId, name: bot.name, team_id: team.id, deleted: false },
    client_msg_id: m.botId ? undefined : `client-${m.ts}`,
    blocks: m.blocks.length ? m.blocks : undefined,
    attachments: m.attachments.length ? m.attachments : undefined,
    metadata: withMetadata ? m.metadata : undefined,
    files: m.files.length ? m.files.map((id) => ({ id, name: w.files.get(id)?.name })) : undefined,
    reactions: m.reactions.length ? m.reactions.map((r) => ({ ...r, count: r.users.length })) : undefined,
    edited: m.edited,
    thread_ts: m.threadTs ?? (replies.length ? m.ts : undefined),
    parent_user_id: parent?.user,
    ...(replies.length && {
      reply_count: replies.length,
      reply_users_count: repliers.length,
      reply_users: repliers,
      latest_reply: replies.at(-1)?.ts,
    }),
  }
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined))
}

/** The blocks, attachments and text that a call or a response_url gave. */
export const contentOf = (args: Fields): Content => ({
  text: typeof args.text === 'string' ? args.text : '',
  blocks: blocksGiven(args.blocks),
  attachments: listOf(args.attachments),
})

function blocksGiven(value: unknown): Block[] {
  if (value === undefined || value === null || value === '') return []
  if (!Array.isArray(value)) throw new Refused('invalid_blocks_format')
  return value as Block[]
}
