// The state behind the stand-in: teams, people, channels, messages, views, files, and the record of what was asked.
import { EventEmitter } from 'node:events'
import type {
  Call,
  Channel,
  Delivery,
  Fields,
  Message,
  Person,
  Private,
  Response,
  ResponseUrl,
  Team,
  UploadedFile,
  View,
} from './shapes.ts'

export interface SlackOptions {
  readonly botToken?: string
  readonly appToken?: string
  readonly team?: Partial<Team>
  readonly appId?: string
  readonly bot?: { readonly user?: string; readonly id?: string; readonly name?: string }
  /** Block types that this workspace does not have yet: they are answered with invalid_blocks. */
  readonly unsupportedBlocks?: readonly string[]
  readonly ackDeadlineMs?: number
  readonly triggerLifetimeMs?: number
  readonly pingEveryMs?: number
  /** Whether the bot's own posts and edits come back to it as events, as they do. */
  readonly echo?: boolean
  /** Waits before an unacknowledged event is sent again; Slack: at once, 1 and 5 minutes. Default: never. */
  readonly eventRetriesMs?: readonly number[]
}

export type Settled = ReturnType<typeof settle>

const settle = (o: SlackOptions) => ({
  botToken: o.botToken ?? 'xoxb-stand-in',
  appToken: o.appToken ?? 'xapp-stand-in',
  team: { id: 'T0HOME', domain: 'home', name: 'Home', ...o.team },
  appId: o.appId ?? 'A0GRACE',
  bot: { user: o.bot?.user ?? 'U0BOT', id: o.bot?.id ?? 'B0BOT', name: o.bot?.name ?? 'grace' },
  unsupportedBlocks: [...(o.unsupportedBlocks ?? [])],
  ackDeadlineMs: o.ackDeadlineMs ?? 3000,
  triggerLifetimeMs: o.triggerLifetimeMs ?? 3000,
  pingEveryMs: o.pingEveryMs ?? 5000,
  echo: o.echo ?? true,
  eventRetriesMs: o.eventRetriesMs ?? [],
})

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'

export class Workspace {
  readonly options: Settled
  readonly teams = new Map<string, Team>()
  readonly people = new Map<string, Person>()
  readonly channels = new Map<string, Channel>()
  readonly messages: Message[] = []
  readonly privates: Private[] = []
  readonly views = new Map<string, View>()
  /** Open modals of a person, the top one last. */
  readonly stacks = new Map<string, string[]>()
  readonly files = new Map<string, UploadedFile>()
  readonly triggers = new Map<string, { readonly user: string; readonly at: number; used: boolean }>()
  readonly responseUrls = new Map<string, ResponseUrl>()
  readonly calls: Call[] = []
  readonly deliveries: Delivery[] = []
  readonly responses: Response[] = []
  /** What Slack lets pass but a careful app would not do. */
  readonly warnings: string[] = []
  /** Where this server answers, ending in a slash. */
  origin = ''
  /** Sends an event to the app; set by the deliveries. Undefined = the app does not listen there. */
  publish: (event: Fields, channel: Channel) => Promise<Delivery> | undefined = () => undefined
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #skippedMs = 0
  #lastMicros = 0
  #serial = 0

  constructor(options: SlackOptions) {
    this.options = settle(options)
    const { team, bot } = this.options
    this.teams.set(team.id, team)
    this.addPerson(bot.user, { name: bot.name, isBot: true })
  }

  /** Milliseconds since the epoch, with what tests skipped. */
  now(): number {
    return Date.now() + this.#skippedMs
  }

  skip(ms: number): void {
    this.#skippedMs += ms
    this.changed()
  }

  /** A message timestamp: unique and rising. */
  ts(): string {
    this.#lastMicros = Math.max(this.now() * 1000, this.#lastMicros + 1)
    return `${Math.floor(this.#lastMicros / 1e6)}.${String(this.#lastMicros % 1e6).padStart(6, '0')}`
  }

  /** An id such as Ev0000000001. */
  id(prefix: string): string {
    this.#serial += 1
    const tail = Array.from({ length: 4 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)])
    return `${prefix}${String(this.#serial).padStart(6, '0')}${tail.join('')}`
  }

  changed(): void {
    this.#changes.emit('changed')
  }

  /** Resolves when the condition holds, looking again after every change; fails where it does not come. */
  async when(holds: () => boolean, limitMs = 10_000): Promise<void> {
    if (holds()) return
    await new Promise<void>((resolve, reject) => {
      const look = () => holds() && finish(resolve)
      const timer = setTimeout(
        () => finish(() => reject(new Error(`not within ${limitMs} ms: ${holds}`))),
        limitMs,
      )
      const finish = (end: () => void) => {
        clearTimeout(timer)
        this.#changes.off('changed', look)
        end()
      }
      this.#changes.on('changed', look)
    })
  }

  warn(text: string): void {
    this.warnings.push(text)
  }

  addPerson(id: string, given: Partial<Omit<Person, 'id'>> = {}): Person {
    const name = given.name ?? id.toLowerCase()
    const person: Person = {
      id,
      name,
      realName: given.realName ?? name,
      teamId: given.teamId ?? this.options.team.id,
      isRestricted: given.isRestricted ?? false,
      isUltraRestricted: given.isUltraRestricted ?? false,
      isBot: given.isBot ?? false,
      deleted: given.deleted ?? false,
    }
    if (!this.teams.has(person.teamId))
      this.teams.set(person.teamId, {
        id: person.teamId,
        domain: person.teamId.toLowerCase(),
        name: person.teamId,
      })
    this.people.set(id, person)
    return person
  }

  addChannel(
    id: string,
    given: Partial<Omit<Channel, 'id' | 'members'>> & { members?: Iterable<string> } = {},
  ): Channel {
    const channel: Channel = {
      id,
      name: given.name ?? id.toLowerCase(),
      isMember: given.isMember ?? true,
      isArchived: given.isArchived ?? false,
      isPrivate: given.isPrivate ?? false,
      isIm: given.isIm ?? false,
      isExtShared: given.isExtShared ?? false,
      members: given.members && new Set(given.members),
    }
    this.channels.set(id, channel)
    return channel
  }

  person(id: string): Person {
    const person = this.people.get(id)
    if (!person) throw new Error(`no such person: ${id}; addUser() first`)
    return person
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id)
    if (!channel) throw new Error(`no such channel: ${id}; addChannel() first`)
    return channel
  }

  team(id: string): Team {
    return this.teams.get(id) ?? { id, domain: id.toLowerCase(), name: id }
  }

  /** A message that still exists. */
  message(channel: string, ts: string): Message | undefined {
    return this.messages.find((m) => m.channel === channel && m.ts === ts && m.deletedAt === undefined)
  }

  /** What a person needs to let the app open a modal. */
  trigger(user: string): string {
    const id = `${this.now()}.${this.id('tr')}.${crypto.randomUUID().replaceAll('-', '')}`
    this.triggers.set(id, { user, at: this.now(), used: false })
    return id
  }

  responseUrl(user: string, channel: string, ts?: string): string {
    const key = crypto.randomUUID()
    const url = `${this.origin}response/${key}`
    this.responseUrls.set(key, { url, at: this.now(), user, channel, ts, uses: 0 })
    return url
  }
}
