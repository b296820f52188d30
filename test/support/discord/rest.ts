// The HTTP edge: finds the route, lets the faults happen, records, and writes answers as Discord does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Body, parseBody, readBytes } from './body.ts'
import { DiscordError, refused } from './errors.ts'
import type { Lost } from './faults.ts'
import type { Gateway } from './gateway.ts'
import type { RateLimits, Refusal } from './rate-limits.ts'
import { type Answer, type Handler, isInteractionRoute, matchRoute } from './route.ts'
import { accountRoutes } from './routes-account.ts'
import { channelRoutes } from './routes-channels.ts'
import { interactionRoutes } from './routes-interactions.ts'
import { specification } from './specification.ts'
import type { Json, RequestRecord, Route } from './types.ts'
import type { World } from './world.ts'

const HANDLERS: Record<Route, Handler> = { ...accountRoutes, ...channelRoutes, ...interactionRoutes }

const CREATES_OR_EDITS: readonly Route[] = [
  'POST /channels/{channel_id}/messages',
  'PATCH /channels/{channel_id}/messages/{message_id}',
  'POST /webhooks/{webhook_id}/{webhook_token}',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}',
]
const CALLBACK: Route = 'POST /interactions/{interaction_id}/{interaction_token}/callback'

export class Rest {
  readonly server: Server
  readonly #world: World
  readonly #gateway: Gateway
  readonly #limits: RateLimits

  constructor(world: World, gateway: Gateway, limits: RateLimits) {
    this.#world = world
    this.#gateway = gateway
    this.#limits = limits
    this.server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        // A fault of the stand-in itself: as loud as it can be.
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error?.stack ?? error))
      })
    })
    this.server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now()
    const url = new URL(request.url ?? '/', 'http://localhost')
    const bytes = await readBytes(request)
    if (url.pathname.startsWith('/attachments/')) return this.#sendFile(url.pathname, response)
    const method = request.method ?? 'GET'
    const path = url.pathname.replace(/^(\/api)?\/v10/, '')
    const known = attempt(() => matchRoute(method, path))
    if (known instanceof DiscordError) return write(response, { status: known.status, body: known.toJSON() })
    const { route, params } = known
    const body = await parseBody(request.headers['content-type'] ?? '', bytes).catch(
      (error: DiscordError) => error,
    )
    const read: Body = body instanceof DiscordError ? { json: undefined, files: [] } : body
    const files = read.files.map(({ name, bytes: { length } }) => ({ name, size: length }))
    const record: RequestRecord = { method, route, path, params, body: read.json, files, at, status: 0 }
    this.#world.requests.push(record)
    this.#world.changed()
    await this.#wait(route)
    const lostRequest = this.#world.faults.takeLostRequest(route)
    if (lostRequest) return lose(request, lostRequest)
    const refusal = this.#limits.refusal(route, params)
    const token = request.headers.authorization
    const run = () => {
      if (body instanceof DiscordError) throw body
      return this.#carryOut(record, read, url.searchParams, token)
    }
    const answer = refusal ? tooMany(refusal) : attemptAnswer(run)
    const lostAnswer = this.#world.faults.takeLostAnswer(route)
    if (lostAnswer) {
      this.#world.changed()
      return lose(request, lostAnswer)
    }
    record.status = answer.status
    this.#checkAnswer(route, answer)
    write(response, answer, this.#limits.headers(route, params, refusal))
    this.#world.changed()
  }

  async #wait(route: Route): Promise<void> {
    const { faults } = this.#world
    const ms = faults.latencyOf(route)
    if (ms > 0) await sleep(ms)
    await faults.heldBack(route)
  }

  #carryOut(
    record: RequestRecord,
    { json, files }: Body,
    query: URLSearchParams,
    token: string | undefined,
  ): Answer {
    const { route, params } = record
    const { settings, faults } = this.#world
    const allowed = token === `Bot ${settings.token}` && !faults.unauthorized
    if (!allowed && !isInteractionRoute(route)) throw refused('unauthorized')
    const failure = faults.takeFailure(route)
    if (failure) throw failure
    if (params.application_id && params.application_id !== this.#world.applicationId)
      throw refused('missingAccess')
    const violations = specification()?.faultsOfRequest(route, json) ?? []
    if (violations.length > 0) this.#world.schemaViolations.push({ route, faults: violations, body: json })
    const list = Array.isArray(json) ? json : []
    const body: Json = Array.isArray(json) ? {} : (json ?? {})
    this.#warn(record, body)
    return HANDLERS[route]({
      world: this.#world,
      gateway: this.#gateway,
      route,
      params,
      query,
      body,
      list,
      files,
    })
  }

  #warn({ route, at }: RequestRecord, body: Json): void {
    const speaks =
      CREATES_OR_EDITS.includes(route) || (route === CALLBACK && (body.type === 4 || body.type === 7))
    if (!speaks) return
    const message = route === CALLBACK ? ((body.data ?? {}) as Json) : body
    if (message.allowed_mentions === undefined || message.allowed_mentions === null)
      this.#world.warnings.push({ route, warning: 'allowed_mentions is missing', body: message, at })
  }

  #checkAnswer(route: Route, { status, body }: Answer): void {
    if (status >= 300 || body === undefined) return
    const faults = specification()?.faultsOfAnswer(route, status, JSON.parse(JSON.stringify(body))) ?? []
    if (faults.length > 0) this.#world.answerViolations.push({ route, faults, body })
  }

  #sendFile(path: string, response: ServerResponse): void {
    const files = [...this.#world.messages.values()].flatMap((message) => message.files)
    const file = files.find(({ url }) => url === this.#world.origin + path)
    if (!file) return void response.writeHead(404).end('This content is no longer available.')
    response.writeHead(200, { 'content-type': file.content_type }).end(file.bytes)
  }
}

function attempt<T>(run: () => T): T | DiscordError {
  try {
    return run()
  } catch (error) {
    if (error instanceof DiscordError) return error
    throw error
  }
}

function attemptAnswer(run: () => Answer): Answer {
  const answer = attempt(run)
  return answer instanceof DiscordError ? { status: answer.status, body: answer.toJSON() } : answer
}

function tooMany({ retryAfterMs, scope }: Refusal): Answer {
  return {
    status: 429,
    body: {
      message: 'You are being rate limited.',
      retry_after: retryAfterMs / 1000,
      global: scope === 'global',
    },
  }
}

function write(
  response: ServerResponse,
  { status, body }: Answer,
  headers: Record<string, string> = {},
): void {
  if (body === undefined) return void response.writeHead(status, headers).end()
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function lose(request: IncomingMessage, how: Lost): void {
  const socket = request.socket as Socket
  if (how === 'reset') socket.resetAndDestroy()
  else socket.destroy()
}
