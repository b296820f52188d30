// What a platform kept of Grace: plain arrays, and how they are taken from the two stand-ins.
import type { Discord } from '../../support/discord/discord.ts'
import type { Slack } from '../../support/slack/index.ts'

export interface ShownMessage {
  readonly id: string
  readonly channel: string
  /** The message whose thread it stands in; null for one of the channel itself. */
  readonly thread: string | null
  readonly byBot: boolean
  /** False once it was deleted. */
  readonly live: boolean
  /** As the platform holds it now: text, blocks or components, whatever their shape. */
  readonly content: unknown
  /** Every state it ever had. */
  readonly history: readonly unknown[]
}
/** What only one person was shown. */
export interface Whisper {
  readonly user: string
  readonly content: unknown
}
/** A press of a vote's button that the platform delivered. */
export interface Press {
  /** As the inbox has it. */
  readonly key: string
  readonly user: string
  /** Otherwise the platform told the person itself that it did not work. */
  readonly acknowledged: boolean
}
export interface ChatRecord {
  readonly messages: readonly ShownMessage[]
  readonly whispers: readonly Whisper[]
  /** Where the platform's record has them. */
  readonly presses?: readonly Press[]
}

export interface ButtonShown {
  /** Such as `vote:approve` or `details`. */
  readonly action: string
  /** Id of the session or mission. */
  readonly about: string
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function visit(value: unknown, look: (fields: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const part of value) visit(part, look)
  else if (isFields(value)) {
    look(value)
    for (const part of Object.values(value)) visit(part, look)
  }
}

/** Slack: `action_id` and the value `1:<about>`; Discord: the custom id `1:<action>:<about>`. */
export function buttonsIn(content: unknown): ButtonShown[] {
  const buttons: ButtonShown[] = []
  visit(content, ({ type, action_id, value, custom_id }) => {
    if (type === 'button' && typeof action_id === 'string' && typeof value === 'string')
      buttons.push({ action: action_id, about: value.replace(/^1:/, '') })
    if (type === 2 && typeof custom_id === 'string') {
      const [, action, about] = /^1:(.*):([^:]*)$/s.exec(custom_id) ?? ['', custom_id, '']
      buttons.push({ action: action!, about: about! })
    }
  })
  return buttons
}

/** Every word that is shown, as one text. */
export function wordsIn(content: unknown): string {
  const words: string[] = []
  visit(content, (fields) => {
    for (const key of ['text', 'content', 'label', 'description'])
      if (typeof fields[key] === 'string') words.push(fields[key])
  })
  return words.join('\n')
}

/** Of a record that is read while people go on: as it is now. */
export function slackRecord(slack: Slack): ChatRecord {
  const { messages, privates } = slack.workspace
  return {
    messages: messages.map(({ ts, channel, threadTs, botId, deletedAt, text, blocks, history }) => ({
      id: ts,
      channel,
      thread: threadTs === undefined || threadTs === ts ? null : threadTs,
      byBot: botId !== undefined,
      live: deletedAt === undefined,
      content: { text, blocks },
      history: history.map((version) => ({ text: version.text, blocks: version.blocks })),
    })),
    whispers: privates.map(({ user, text, blocks }) => ({ user, content: { text, blocks } })),
    presses: pressesOn(slack),
  }
}

interface BlockActions {
  readonly type?: string
  readonly user?: { readonly id: string; readonly team_id: string }
  readonly message?: { readonly ts: string }
  readonly container?: { readonly message_ts?: string }
  readonly actions?: readonly { readonly action_id: string; readonly action_ts: string }[]
}

/** A reject opens a form first and is no vote yet. */
const VOTES = /^vote:(?:approve|abstain|withdrawn)$/

function pressesOn(slack: Slack): Press[] {
  return slack.deliveries.flatMap(({ kind, payload, acks }) => {
    const { type, user, message, container, actions } = payload as BlockActions
    if (kind !== 'interactive' || type !== 'block_actions' || !user) return []
    const at = message?.ts ?? container?.message_ts ?? ''
    return (actions ?? [])
      .filter(({ action_id }) => VOTES.test(action_id))
      .map(({ action_ts }) => ({
        key: `slack:${user.team_id}/${user.id}:${action_ts}:${at}`,
        user: user.id,
        acknowledged: acks.length > 0,
      }))
  })
}

/** Discord's stand-in forgets what was deleted. `channels` hold cards; `users` are those who may have been told something. */
export function discordRecord(
  discord: Discord,
  users: readonly string[],
  channels: readonly string[] = [discord.channel.id],
): ChatRecord {
  const shown = (message: ReturnType<Discord['messages']>[number], thread: string | null): ShownMessage => ({
    id: message.id,
    channel: message.channel_id,
    thread,
    byBot: message.author.id === discord.bot.id,
    live: true,
    content: { content: message.content, components: message.components },
    history: message.history.map((version) => version.body),
  })
  return {
    messages: channels.flatMap((channel) =>
      discord
        .messages(channel)
        .flatMap((card) => [
          shown(card, null),
          ...(discord.thread(card.id)?.messages ?? []).map((message) => shown(message, card.id)),
        ]),
    ),
    whispers: users.flatMap((user) =>
      discord.privateTo(user).map(({ content, components }) => ({ user, content: { content, components } })),
    ),
  }
}
