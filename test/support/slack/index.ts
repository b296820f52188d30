// A small stand-in for Slack, on loopback: an unmodified Bolt app runs against it by Socket Mode or by signed HTTP.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Acting } from './acting.ts'
import { Deliveries } from './deliveries.ts'
import { CallFaults } from './faults.ts'
import { remove, repliesOf, type Told } from './messages.ts'
import type { Call, Channel, Message, Person, Private, View } from './shapes.ts'
import { SignedHttp } from './signed-http.ts'
import { SocketMode } from './socket-mode.ts'
import { createWebApi } from './web-api.ts'
import { type SlackOptions, Workspace } from './workspace.ts'

export { blocksTooLong, checkBlocks, checkView } from './limits.ts'
export type { SlackOptions } from './workspace.ts'

/** Starts a stand-in on a free port of 127.0.0.1. It delivers by Socket Mode until deliverTo() is called. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const workspace = new Workspace(options)
  const slack = new Slack(workspace)
  await slack.listen()
  return slack
}

export class Slack extends Acting {
  readonly workspace: Workspace
  readonly botToken: string
  readonly appToken: string
  /** What answers to API calls can go wrong with; see also `deliveryFaults` and the connections below. */
  readonly faults = new CallFaults()
  /** Twice, late, held back, out of order. */
  readonly deliveryFaults: Deliveries['faults']
  /** The websockets: drop, freeze, refuse, ask to reconnect. */
  readonly sockets: SocketMode
  readonly #deliveries: Deliveries
  readonly #http: Server

  constructor(workspace: Workspace) {
    const http = createServer()
    const sockets = new SocketMode(workspace, http)
    const deliveries = new Deliveries(workspace, sockets)
    super(workspace, deliveries)
    this.workspace = workspace
    this.botToken = workspace.options.botToken
    this.appToken = workspace.options.appToken
    this.sockets = sockets
    this.#deliveries = deliveries
    this.deliveryFaults = deliveries.faults
    this.#http = http
    const api = createWebApi(workspace, this.faults, () => sockets.openUrl())
    http.on('request', (request, response) => {
      api.answer(request, response).catch((error: unknown) => {
        workspace.warn(`the stand-in failed: ${error instanceof Error ? error.stack : error}`)
        response.destroy()
      })
    })
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve))
    this.workspace.origin = `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`
  }

  /** Closes every connection and frees the port. */
  async close(): Promise<void> {
    this.deliveryFaults.release()
    this.sockets.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  /** The API base for `slackApiUrl`. */
  get url(): string {
    return `${this.workspace.origin}api/`
  }

  /** From now on deliveries are signed and POSTed to this Request URL. */
  deliverTo(url: string, signingSecret: string): void {
    this.#deliveries.transport = new SignedHttp(this.workspace, url, signingSecret)
  }

  addUser(id: string, given?: Parameters<Workspace['addPerson']>[1]): Person {
    return this.workspace.addPerson(id, given)
  }

  addChannel(id: string, given?: Parameters<Workspace['addChannel']>[1]): Channel {
    return this.workspace.addChannel(id, given)
  }

  addTeam(id: string, domain = id.toLowerCase(), name = id): void {
    this.workspace.teams.set(id, { id, domain, name })
  }

  /** Sends an earlier delivery once more, in a new envelope. */
  again(...args: Parameters<Deliveries['again']>): ReturnType<Deliveries['again']> {
    return this.#deliveries.again(...args)
  }

  /** Resolves when every delivery is acknowledged or given up. */
  settled(): Promise<void> {
    return this.#deliveries.settled()
  }

  /** Resolves when the condition holds; it is looked at after every call, delivery and connection. */
  when(holds: () => boolean, limitMs?: number): Promise<void> {
    return this.workspace.when(holds, limitMs)
  }

  /** Resolves when this many websockets are open and the app has had their hello. */
  connected(count = 1): Promise<void> {
    return this.when(() => this.sockets.greeted >= count)
  }

  /** Moves the stand-in's clock on: triggers and response_urls grow old. */
  skip(ms: number): void {
    this.workspace.skip(ms)
  }

  /** Somebody else (an administrator) deletes a message. */
  deleteMessage(channel: string, ts: string): Told {
    const message = this.workspace.message(channel, ts)
    return message && remove(this.workspace, message)
  }

  archive(channel: string, isArchived = true): void {
    this.workspace.channel(channel).isArchived = isArchived
  }

  /** Takes the bot out of a channel, or in again. */
  setMembership(channel: string, isMember: boolean): void {
    this.workspace.channel(channel).isMember = isMember
  }

  get calls(): readonly Call[] {
    return this.workspace.calls
  }

  callsTo(method: string): Call[] {
    return this.workspace.calls.filter((call) => call.method === method)
  }

  get deliveries() {
    return this.workspace.deliveries
  }

  /** What was sent to response_urls. */
  get responses() {
    return this.workspace.responses
  }

  /** What Slack lets pass but a careful app would not do. */
  get warnings(): readonly string[] {
    return this.workspace.warnings
  }

  get files() {
    return [...this.workspace.files.values()]
  }

  get views() {
    return [...this.workspace.views.values()]
  }

  /** The modal on top of what this person sees. */
  openView(user: string): View | undefined {
    return this.workspace.views.get(this.workspace.stacks.get(user)?.at(-1) ?? '')
  }

  /** What the channel holds now, replies too, oldest first. */
  messages(channel: string): Message[] {
    return this.workspace.messages.filter((m) => m.channel === channel && m.deletedAt === undefined)
  }

  /** A message and its replies, oldest first. */
  thread(channel: string, ts: string): Message[] {
    const first = this.workspace.message(channel, ts)
    return [...(first ? [first] : []), ...repliesOf(this.workspace, channel, ts)]
  }

  /** Everything that only this person was shown. */
  privateTo(user: string): Private[] {
    return this.workspace.privates.filter((one) => one.user === user && !one.deleted)
  }

  /** The most calls of a method that were carried out within any one second (of one message, where ts is given). */
  busiestSecond(method = 'chat.update', ts?: string): number {
    const times = this.callsTo(method)
      .filter((call) => call.answer?.ok === true && (ts === undefined || call.args.ts === ts))
      .map((call) => call.at)
    return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length))
  }
}
