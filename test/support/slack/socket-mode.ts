// Socket Mode: the websockets, their hello, pings and farewells, and envelopes with their acknowledgements.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Acknowledge, Transport } from './deliveries.ts'
import type { Delivery, Fields } from './shapes.ts'
import type { Workspace } from './workspace.ts'

const MOST_CONNECTIONS = 10
/** How long Slack leaves a connection open after it announced its end. */
const GRACE_MS = 10_000

interface Connection {
  readonly number: number
  readonly socket: WebSocket
  /** Whether the app has had the hello: its answer to the ping behind it came back. */
  greeted: boolean
}

export class SocketMode implements Transport {
  readonly #w: Workspace
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false })
  readonly #open: Connection[] = []
  readonly #tickets = new Set<string>()
  readonly #pending = new Map<string, Acknowledge>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #opened = 0
  #turn = 0
  #deafUntil = 0
  #frozen = false

  constructor(w: Workspace, http: Server) {
    this.#w = w
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** The address for one connection, as apps.connections.open gives it. */
  openUrl(): string {
    const ticket = crypto.randomUUID()
    this.#tickets.add(ticket)
    return `${this.#w.origin.replace('http', 'ws')}link/?ticket=${ticket}&app_id=${this.#w.options.appId}`
  }

  /** How many connections are open now. */
  get connections(): number {
    return this.#open.length
  }

  /** How many of them have had their hello. */
  get greeted(): number {
    return this.#open.filter(({ greeted }) => greeted).length
  }

  /** How many connections there ever were. */
  get connectionsEver(): number {
    return this.#opened
  }

  /** Announces the end of every connection; Slack closes them somewhat later. */
  requestDisconnect(reason: 'warning' | 'refresh_requested'): void {
    for (const { socket } of this.#open) this.#bye(socket, reason)
  }

  /** Breaks connections without a word: all of them, or the first few. */
  drop(count = this.#open.length): void {
    for (const { socket } of this.#open.slice(0, count)) socket.terminate()
  }

  /** Refuses new websockets for this long. */
  refuseConnections(ms: number): void {
    this.#deafUntil = Date.now() + ms
  }

  /** Connections stay open but nothing comes or goes: a half-open line. */
  freeze(frozen = true): void {
    this.#frozen = frozen
  }

  send(delivery: Delivery, retryReason: string | undefined, acknowledge: Acknowledge): string | undefined {
    const connection = this.#open[this.#turn++ % Math.max(1, this.#open.length)]
    if (!connection) return 'no connection'
    this.#pending.set(delivery.envelopeId, acknowledge)
    delivery.connections.push(connection.number)
    const retry = { retry_attempt: delivery.retryNum, retry_reason: retryReason ?? '' }
    const envelope = {
      envelope_id: delivery.envelopeId,
      payload: delivery.payload,
      type: delivery.kind,
      accepts_response_payload: delivery.kind !== 'events_api',
      ...(delivery.kind === 'events_api' && retry),
    }
    if (!this.#frozen) connection.socket.send(JSON.stringify(envelope))
    return undefined
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.drop()
    this.#server.close()
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', this.#w.origin).searchParams.get('ticket') ?? ''
    const refusal = Date.now() < this.#deafUntil ? '503 Service Unavailable' : '401 Unauthorized'
    if (Date.now() < this.#deafUntil || !this.#tickets.delete(ticket)) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    this.#server.handleUpgrade(request, socket, head, (websocket) => this.#welcome(websocket))
  }

  #welcome(socket: WebSocket): void {
    socket.on('error', () => {})
    if (this.#open.length >= MOST_CONNECTIONS) {
      this.#say(socket, {
        type: 'disconnect',
        reason: 'too_many_websockets',
        debug_info: { host: 'stand-in' },
      })
      socket.close()
      return
    }
    this.#opened += 1
    const connection: Connection = { number: this.#opened, socket, greeted: false }
    this.#open.push(connection)
    const ping = setInterval(
      () => this.#frozen || socket.ping('Ping from stand-in'),
      this.#w.options.pingEveryMs,
    )
    this.#timers.add(ping.unref())
    socket.on('ping', (data) => this.#frozen || socket.pong(data))
    socket.on('pong', () => {
      connection.greeted ||= !this.#frozen
      this.#w.changed()
    })
    socket.on('message', (data) => this.#frozen || this.#acknowledged(connection, data.toString()))
    socket.on('close', () => {
      clearInterval(ping)
      this.#timers.delete(ping)
      this.#open.splice(this.#open.indexOf(connection), 1)
      this.#w.changed()
    })
    this.#say(socket, {
      type: 'hello',
      num_connections: this.#open.length,
      debug_info: { host: 'stand-in', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: this.#w.options.appId },
    })
    if (!this.#frozen) socket.ping('Ping from stand-in')
    this.#w.changed()
  }

  #acknowledged(connection: Connection, text: string): void {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: Fields }
    const acknowledge = this.#pending.get(id ?? '')
    if (!acknowledge) {
      this.#w.warn(`an acknowledgement for an unknown envelope: ${id}`)
      return
    }
    acknowledge(connection.number, payload && Object.keys(payload).length ? payload : undefined)
  }

  #bye(socket: WebSocket, reason: string): void {
    this.#say(socket, { type: 'disconnect', reason, debug_info: { host: 'stand-in' } })
    const timer = setTimeout(() => socket.terminate(), GRACE_MS).unref()
    socket.on('close', () => clearTimeout(timer))
  }

  #say(socket: WebSocket, message: Fields): void {
    if (!this.#frozen) socket.send(JSON.stringify(message))
  }
}
