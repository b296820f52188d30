// The state of the stand-in: who and what exists, what was asked of it, and the way events reach the gateway.
import { randomBytes } from 'node:crypto'
import { PermissionFlagsBits } from 'discord.js'
import { refused } from './errors.ts'
import { Faults } from './faults.ts'
import type {
  Channel,
  Command,
  Guild,
  Interaction,
  Json,
  Message,
  RequestRecord,
  SchemaViolation,
  User,
  Warning,
} from './types.ts'

export type Permission = keyof typeof PermissionFlagsBits

/** What the bot may do in every channel where nothing was taken from it. */
export const GRANTED: readonly Permission[] = [
  'ViewChannel',
  'SendMessages',
  'EmbedLinks',
  'AttachFiles',
  'ReadMessageHistory',
  'AddReactions',
  'CreatePublicThreads',
  'SendMessagesInThreads',
  'UseApplicationCommands',
]

export interface Settings {
  token: string
  /** Granted in the developer portal; without it IDENTIFY with that intent is closed with 4014. */
  messageContent: boolean
  heartbeatIntervalMs: number
  /** A person's client gives up after this long; Discord: 3,000. */
  acknowledgeWithinMs: number
  /** Calls a second over all routes but interactions; Discord: 50. */
  globalPerSecond: number
}

/** To whom an event goes. */
export interface Audience {
  guildId: string
  channelId?: string
  /** The session needs one of these intents; none means any session. */
  intents: number
}

const DISCORD_EPOCH = 1_420_070_400_000

export class World {
  readonly settings: Settings
  readonly faults = new Faults()
  readonly bot: User
  readonly applicationId: string
  readonly guilds = new Map<string, Guild>()
  readonly users = new Map<string, User>()
  readonly channels = new Map<string, Channel>()
  readonly denied = new Map<string, Set<Permission>>()
  readonly messages = new Map<string, Message>()
  readonly interactions = new Map<string, Interaction>()
  readonly commands = new Map<string, Command>()
  readonly requests: RequestRecord[] = []
  readonly schemaViolations: SchemaViolation[] = []
  readonly answerViolations: SchemaViolation[] = []
  readonly warnings: Warning[] = []
  /** Where files are served from. */
  origin = ''
  /** Set by the gateway. */
  dispatch: (event: string, data: Json, audience: Audience) => void = () => {}
  /** By guild: Discord lets 200 through a day. */
  readonly commandsCreated = new Map<string, number>()
  readonly #watchers = new Set<() => void>()
  #shiftMs = 0
  #lastId = 0n

  constructor(settings: Settings, botName: string) {
    this.settings = settings
    this.applicationId = this.snowflake()
    this.bot = { id: this.applicationId, username: botName, global_name: null, bot: true }
    this.users.set(this.bot.id, this.bot)
  }

  /** The stand-in's clock. */
  now(): number {
    return Date.now() + this.#shiftMs
  }

  iso(at = this.now()): string {
    return new Date(at).toISOString().replace('Z', '+00:00')
  }

  /** Moves the clock that nonces, interaction tokens and timestamps go by. */
  skip(ms: number): void {
    this.#shiftMs += ms
  }

  /** A new id: later ids are greater. */
  snowflake(): string {
    const id = BigInt(this.now() - DISCORD_EPOCH) << 22n
    this.#lastId = id > this.#lastId ? id : this.#lastId + 1n
    return String(this.#lastId)
  }

  secret(): string {
    return randomBytes(48).toString('base64url')
  }

  /** Calls back after whatever may have changed; returns the way to stop. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher()
  }

  /** The channel, where the bot can see it. */
  channel(id: string | undefined): Channel {
    const channel = this.channels.get(id ?? '')
    if (!channel) throw refused('unknownChannel')
    this.need(channel, 'ViewChannel')
    return channel
  }

  guild(id: string | undefined): Guild {
    const guild = this.guilds.get(id ?? '')
    if (!guild) throw refused('unknownGuild')
    return guild
  }

  /** The message as REST shows it to the bot: there, and not somebody's private one. */
  message(channelId: string | undefined, id: string | undefined): Message {
    const message = this.messages.get(id ?? '')
    if (!message || message.channel_id !== channelId || message.visibleTo) throw refused('unknownMessage')
    return message
  }

  may(channel: Channel, permission: Permission): boolean {
    if (!GRANTED.includes(permission)) return false
    const lacks = (id: string | null) => this.denied.get(id ?? '')?.has(permission) ?? false
    return !lacks(channel.id) && !lacks(channel.parent_id)
  }

  /** Refuses as Discord does: 50001 for a channel that can't be seen, else 50013. */
  need(channel: Channel, ...permissions: Permission[]): void {
    if (!this.may(channel, 'ViewChannel')) throw refused('missingAccess')
    if (!permissions.every((permission) => this.may(channel, permission))) throw refused('missingPermissions')
  }

  permissions(channel: Channel): string {
    return bits(GRANTED.filter((permission) => this.may(channel, permission)))
  }
}

/** A permission set as Discord writes it. */
export function bits(permissions: readonly Permission[]): string {
  return String(permissions.reduce((sum, permission) => sum | PermissionFlagsBits[permission], 0n))
}
