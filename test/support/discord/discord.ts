// A small, faithful stand-in for Discord: REST and gateway on the loopback, people to play, faults to switch on.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'
import { Gateway } from './gateway.ts'
import { announceChannel } from './messages.ts'
import { guildCreateJson, memberWithUser } from './payloads.ts'
import { People } from './people.ts'
import { RateLimits } from './rate-limits.ts'
import { Rest } from './rest.ts'
import type { Channel, Command, Guild, Member, Message, RequestRecord, Route, User } from './types.ts'
import { type Permission, type Settings, World } from './world.ts'

export interface Options extends Partial<Settings> {
  botName?: string
}

/** Starts a Discord with one guild, one channel and no people, on a free port of 127.0.0.1. */
export async function startDiscord(options: Options = {}): Promise<Discord> {
  const { botName = 'grace', ...settings } = options
  const world = new World(
    {
      token: 'MTE.stand-in.token',
      messageContent: true,
      heartbeatIntervalMs: 41_250,
      acknowledgeWithinMs: 3000,
      globalPerSecond: 50,
      ...settings,
    },
    botName,
  )
  const gateway = new Gateway(world)
  const limits = new RateLimits(world)
  const { server } = new Rest(world, gateway, limits)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return new Discord(world, gateway, limits, async () => {
    gateway.close()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
}

export class Discord extends People {
  readonly gateway: Gateway
  readonly rateLimits: RateLimits
  /** The guild and the channel that are there from the start. */
  readonly guild: Guild
  readonly channel: Channel
  /** Stops the server; every socket ends. */
  readonly close: () => Promise<void>
  readonly #world: World

  constructor(world: World, gateway: Gateway, limits: RateLimits, close: () => Promise<void>) {
    super(world)
    this.#world = world
    this.gateway = gateway
    this.rateLimits = limits
    this.close = close
    this.guild = this.addGuild('Grace')
    this.channel = this.addChannel('missions')
  }

  /** For `new Client({ rest: { api: url } })`. */
  get url(): string {
    return `${this.#world.origin}/api`
  }

  get token(): string {
    return this.#world.settings.token
  }

  get applicationId(): string {
    return this.#world.applicationId
  }

  get bot(): User {
    return this.#world.bot
  }

  get faults(): Faults {
    return this.#world.faults
  }

  /** Every call to REST, in order. */
  get requests(): readonly RequestRecord[] {
    return this.#world.requests
  }

  /** Bodies that Discord's OpenAPI document does not allow; always empty where it is not at hand. */
  get schemaViolations() {
    return this.#world.schemaViolations
  }

  /** Answers of this stand-in that the document does not allow: its own drift. */
  get answerViolations() {
    return this.#world.answerViolations
  }

  get warnings() {
    return this.#world.warnings
  }

  get commands(): Command[] {
    return [...this.#world.commands.values()]
  }

  /** A person, member of the guild (the first one where none is told). */
  addUser(username: string, guild: Guild | string = this.guild.id): User {
    const world = this.#world
    const user: User = { id: world.snowflake(), username, global_name: username, bot: false }
    world.users.set(user.id, user)
    const at = world.guild(typeof guild === 'string' ? guild : guild.id)
    const member = { user, nick: null, roles: [], joined_at: world.iso() }
    at.members.set(user.id, member)
    const payload = { ...memberWithUser(member), guild_id: at.id }
    world.dispatch('GUILD_MEMBER_ADD', payload, { guildId: at.id, intents: 1 << 1 })
    return user
  }

  /** A guild that the bot is a member of. */
  addGuild(name: string): Guild {
    const world = this.#world
    const id = world.snowflake()
    const owner: User = { id: world.snowflake(), username: `owner of ${name}`, global_name: null, bot: false }
    world.users.set(owner.id, owner)
    const member = (user: User): [string, Member] => [
      user.id,
      { user, nick: null, roles: [], joined_at: world.iso() },
    ]
    const guild: Guild = {
      id,
      name,
      owner_id: owner.id,
      members: new Map([member(owner), member(world.bot)]),
    }
    world.guilds.set(id, guild)
    world.dispatch('GUILD_CREATE', guildCreateJson(world, guild), { guildId: id, intents: 1 })
    return guild
  }

  /** A text channel of the guild (the first one where none is told). */
  addChannel(name: string, guild: Guild | string = this.guild.id): Channel {
    const guild_id = typeof guild === 'string' ? guild : guild.id
    const id = this.#world.snowflake()
    const channel: Channel = { id, type: 0, guild_id, name, parent_id: null, last_message_id: null }
    this.#world.channels.set(id, channel)
    announceChannel(this.#world, 'CHANNEL_CREATE', channel)
    return channel
  }

  /** Takes permissions from the bot in a channel and its threads; ViewChannel answers 50001, others 50013. */
  deny(channelId: string, ...permissions: Permission[]): void {
    const denied = this.#world.denied.get(channelId) ?? new Set()
    this.#world.denied.set(channelId, new Set([...denied, ...permissions]))
    this.#announce(channelId)
  }

  /** Gives back what was taken, all of it where nothing is named. */
  allow(channelId: string, ...permissions: Permission[]): void {
    const denied = this.#world.denied.get(channelId) ?? new Set()
    const left = [...denied].filter((one) => permissions.length > 0 && !permissions.includes(one))
    this.#world.denied.set(channelId, new Set(left))
    this.#announce(channelId)
  }

  /** The channel goes away: 10003 from now on. */
  removeChannel(channelId: string): void {
    const channel = this.#world.channels.get(channelId)
    if (!channel) return
    announceChannel(this.#world, channel.thread_metadata ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel)
    this.#world.channels.delete(channelId)
  }

  /** Archives a thread, as inactivity does, or a moderator who locks it too. */
  archive(threadId: string, { locked = false } = {}): void {
    const metadata = this.#world.channels.get(threadId)?.thread_metadata
    if (!metadata) throw new Error(`no thread ${threadId}`)
    Object.assign(metadata, { archived: true, locked, archive_timestamp: this.#world.iso() })
    this.#announce(threadId, 'THREAD_UPDATE')
  }

  /** The messages of a channel or thread that everyone sees, oldest first. */
  messages(channelId: string): Message[] {
    return [...this.#world.messages.values()].filter(
      ({ channel_id, visibleTo, type }) => channel_id === channelId && !visibleTo && type !== 21,
    )
  }

  /** The message as it is now, ephemeral ones too; undefined when deleted. */
  message(messageId: string): Message | undefined {
    return this.#world.messages.get(messageId)
  }

  /** The thread that was started from the message, with what was written in it. */
  thread(messageId: string): { channel: Channel; messages: Message[] } | undefined {
    const channel = this.#world.channels.get(messageId)
    return channel && { channel, messages: this.messages(messageId) }
  }

  /** The ephemeral messages that this person was shown, oldest first. */
  privateTo(userId: string): Message[] {
    return [...this.#world.messages.values()].filter(({ visibleTo }) => visibleTo === userId)
  }

  /** The most calls of a route within any window of that length, for budgets; of one channel where told. */
  peak(route: Route, windowMs = 1000, channelId?: string): number {
    const calls = this.requests.filter(
      (one) => one.route === route && (!channelId || one.params.channel_id === channelId),
    )
    const within = ({ at }: RequestRecord) =>
      calls.filter((one) => one.at >= at && one.at < at + windowMs).length
    return Math.max(0, ...calls.map(within))
  }

  /** The most edits of messages in a channel within any second. */
  editsPerSecond(channelId?: string): number {
    return this.peak('PATCH /channels/{channel_id}/messages/{message_id}', 1000, channelId)
  }

  /** Answers that count towards Discord's ban at 10,000 in ten minutes: 401, 403, 429. */
  get invalidAnswers(): number {
    return this.requests.filter(({ status }) => [401, 403, 429].includes(status)).length
  }

  /** Moves the clock of nonces (minutes) and interaction tokens (15 minutes). */
  skip(ms: number): void {
    this.#world.skip(ms)
  }

  /** Resolves with what `look` sees as soon as it is something; looks after every change. */
  until<T>(look: () => T | undefined | null | false, limitMs = 5000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const check = () => {
      const seen = look()
      if (seen) resolve(seen)
    }
    const unwatch = this.#world.watch(check)
    const timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms: ${look}`)), limitMs)
    check()
    return promise.finally(() => {
      unwatch()
      clearTimeout(timer)
    })
  }

  #announce(channelId: string, event = 'CHANNEL_UPDATE'): void {
    const channel = this.#world.channels.get(channelId)
    if (!channel) throw new Error(`no channel ${channelId}`)
    announceChannel(this.#world, event, channel)
  }
}
