// The gateway: hello, identify, heartbeats, events, and sessions that outlive their socket so that nothing is lost.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { botJson, guildCreateJson, withoutContent } from './payloads.ts'
import type { Json } from './types.ts'
import type { Audience, World } from './world.ts'

const MESSAGE_CONTENT = 1 << 15
const GUILDS = 1 << 0
const MESSAGE_EVENTS = ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE']
const REACTION_EVENTS = ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE']

interface Dispatched {
  t: string
  s: number
  d: Json
}

/** One bot process as the gateway knows it. */
export interface Session {
  id: string
  intents: number
  shard: [number, number]
  /** Everything since READY, for RESUME. */
  events: Dispatched[]
  socket: WebSocket | undefined
  resumes: number
  heartbeats: number
  /** Can not be resumed any more. */
  lost: boolean
}

export class Gateway {
  readonly sessions = new Map<string, Session>()
  /** When a session was started; Discord allows 1,000 a day. */
  readonly identifies: number[] = []
  identifiesLeft = 1000
  /** Connections turned away. */
  refused = 0
  readonly #world: World
  readonly #server = new WebSocketServer({ noServer: true })

  constructor(world: World) {
    this.#world = world
    world.dispatch = (event, data, audience) => this.#dispatch(event, data, audience)
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { until, how } = this.#world.faults.refusesGateway
    if (Date.now() < until) {
      this.refused++
      if (how === 'unavailable') socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
      else (socket as Duplex & { resetAndDestroy(): void }).resetAndDestroy()
      return
    }
    this.#server.handleUpgrade(request, socket, head, (open) => this.#greet(open))
  }

  /** Sessions that have a socket now. */
  connected(): Session[] {
    return [...this.sessions.values()].filter(({ socket }) => socket !== undefined)
  }

  /** Cuts every connection: with a close code, or without a word. */
  drop(code?: number, reason = 'Made to drop'): void {
    for (const session of this.connected()) {
      const { socket } = session
      session.socket = undefined
      if (code === undefined) socket?.terminate()
      else socket?.close(code, reason)
    }
    this.#world.changed()
  }

  /** Op 7: please connect again and resume. */
  askToReconnect(): void {
    for (const { socket } of this.connected()) send(socket, { op: 7, d: null })
  }

  /** Op 9. Not resumable: the sessions are gone, and what was missed with them. */
  invalidate(resumable = false): void {
    const open = this.connected()
    if (!resumable) this.forgetSessions()
    for (const { socket } of open) send(socket, { op: 9, d: resumable })
  }

  /** The sessions of now can not be resumed: op 9 is the answer. */
  forgetSessions(): void {
    for (const session of this.sessions.values()) session.lost = true
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }

  #greet(socket: WebSocket): void {
    let session: Session | undefined
    let sends: number[] = []
    socket.on('error', () => {})
    socket.on('close', (code) => {
      if (session?.socket === socket) session.socket = undefined
      // The client says good-bye for ever with these two.
      if (session && (code === 1000 || code === 1001)) this.sessions.delete(session.id)
      this.#world.changed()
    })
    socket.on('message', (raw) => {
      const bytes = raw as Buffer
      if (bytes.length > 4096) return socket.close(4002, 'Error while decoding payload.')
      sends = [...sends.filter((at) => at > Date.now() - 60_000), Date.now()]
      if (sends.length > 120) return socket.close(4008, 'You are being rate limited.')
      session = this.#receive(socket, session, JSON.parse(bytes.toString()))
      this.#world.changed()
    })
    send(socket, { op: 10, d: { heartbeat_interval: this.#world.settings.heartbeatIntervalMs } })
  }

  #receive(
    socket: WebSocket,
    session: Session | undefined,
    { op, d }: { op: number; d: Json },
  ): Session | undefined {
    if (op === 1) {
      if (session) session.heartbeats++
      if (!this.#world.faults.missHeartbeats) send(socket, { op: 11 })
      return session
    }
    if (op === 2)
      return session ? void socket.close(4005, 'Already authenticated.') : this.#identify(socket, d)
    if (op === 6) return this.#resume(socket, d)
    if (op > 11) socket.close(4001, 'Unknown opcode.')
    else if (!session) socket.close(4003, 'Not authenticated.')
    return session
  }

  #identify(socket: WebSocket, d: Json): Session | undefined {
    const { settings, faults } = this.#world
    this.identifies.push(Date.now())
    this.identifiesLeft--
    if (d.token !== settings.token || faults.unauthorized)
      return void socket.close(4004, 'Authentication failed.')
    const intents = Number(d.intents)
    if (intents & MESSAGE_CONTENT && !settings.messageContent)
      return void socket.close(4014, 'Disallowed intent(s).')
    const session: Session = {
      id: this.#world.secret().slice(0, 32),
      intents,
      shard: (d.shard as [number, number]) ?? [0, 1],
      events: [],
      socket,
      resumes: 0,
      heartbeats: 0,
      lost: false,
    }
    this.sessions.set(session.id, session)
    const guilds = [...this.#world.guilds.values()].filter(({ id }) => onShard(session, id))
    this.#give(session, 'READY', {
      v: 10,
      user: botJson(this.#world),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: this.url(),
      shard: session.shard,
      application: { id: this.#world.applicationId, flags: settings.messageContent ? 1 << 19 : 0 },
      user_settings: {},
      relationships: [],
      private_channels: [],
      presences: [],
      guild_join_requests: [],
    })
    if (intents & GUILDS)
      for (const guild of guilds) this.#give(session, 'GUILD_CREATE', guildCreateJson(this.#world, guild))
    return session
  }

  #resume(socket: WebSocket, d: Json): Session | undefined {
    const { settings, faults } = this.#world
    if (d.token !== settings.token || faults.unauthorized)
      return void socket.close(4004, 'Authentication failed.')
    const session = this.sessions.get(String(d.session_id))
    if (!session || session.lost) return void send(socket, { op: 9, d: false })
    const seen = Number(d.seq)
    if (seen > session.events.length) return void socket.close(4007, 'Invalid seq.')
    session.socket?.close(4000, 'Resumed elsewhere')
    session.socket = socket
    session.resumes++
    for (const event of session.events.slice(seen)) send(socket, { op: 0, ...event })
    this.#give(session, 'RESUMED', { _trace: [] })
    return session
  }

  url(): string {
    return `${this.#world.origin.replace('http:', 'ws:')}/gateway`
  }

  #dispatch(event: string, data: Json, audience: Audience): void {
    const channel = this.#world.channels.get(audience.channelId ?? '')
    const hidden = channel !== undefined && !this.#world.may(channel, 'ViewChannel')
    const fromHidden = MESSAGE_EVENTS.includes(event) || REACTION_EVENTS.includes(event)
    for (const session of this.sessions.values()) {
      if (!onShard(session, audience.guildId) || (hidden && fromHidden)) continue
      if (audience.intents !== 0 && (session.intents & audience.intents) === 0) continue
      const bare = MESSAGE_EVENTS.includes(event) && !(session.intents & MESSAGE_CONTENT)
      this.#give(session, event, bare ? withoutContent(data, this.#world.bot.id) : data)
    }
    this.#world.changed()
  }

  #give(session: Session, t: string, d: Json): void {
    const event = { t, s: session.events.length + 1, d: structuredClone(d) }
    session.events.push(event)
    send(session.socket, { op: 0, ...event })
  }
}

function onShard({ shard: [id, count] }: Session, guildId: string): boolean {
  return Number((BigInt(guildId || 0) >> 22n) % BigInt(count)) === id
}

function send(socket: WebSocket | undefined, payload: Json): void {
  if (socket?.readyState === 1) socket.send(JSON.stringify({ t: null, s: null, ...payload }))
}
