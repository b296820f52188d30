// The only way out of a coding agent's sandbox: questions to one API, to which Grace adds the key that the sandbox never
// holds. It counts tokens, keeps the transcript, and takes the key out of whatever comes back.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import pLimit from 'p-limit'
import { request as ask, Agent as Connections, type Dispatcher } from 'undici'
import type { Secret } from '../../src/config/secret.ts'
import type { Agent } from '../../src/proposing/agent.ts'
import { estimate, TokenCount } from '../../src/proposing/tokens.ts'
import { listenAt } from '../sandbox/listen-at.ts'
import { destinationOf, headersOf, whyNotAsked } from './allowed.ts'
import { Redaction } from './redaction.ts'
import type { TranscriptLines } from './transcript.ts'

const MOST_BYTES = 32 * 1024 ** 2
/** At once: what they cost is only known when they have been answered, so by so many the budget can be overdrawn. */
const AT_ONCE = 4
const MOST_CONNECTIONS = 64
/** Questions that were refused, here or there: they cost no tokens, and yet Grace's time. */
const MOST_IN_VAIN = 200
/** Thinking takes its time before the first byte. */
const SILENT_MS = 600_000
/** Of each text that may be kept; the transcript cuts it shorter. */
const KEPT_BYTES = 256 * 1024
const PASSED_BACK =
  /^(?:content-type|retry-after|request-id|x-request-id|anthropic-|openai-|x-ratelimit-|x-should-retry)/

export interface ApiRelay {
  readonly tokens: number
  readonly requests: number
  /** What was refused, each once, in order. */
  readonly refused: readonly string[]
  /** Whether a request came after the budget was spent. */
  readonly isSpent: boolean
  close(): Promise<void>
}

export interface ApiRelayOptions {
  readonly api: Agent['api']
  readonly key: Secret | undefined
  readonly tokens: number
  readonly transcript: TranscriptLines
}

const REFUSED = 'Grace’s relay does not pass this on: '

/** A question that is not passed on, or an answer that is not passed back. */
class NotPassed extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

interface Exchange {
  readonly at: number
  question: Buffer
  status: number
  tokens: number
  answer: Buffer[]
  note?: string
  /** Grace's relay refused it. */
  isOurs?: boolean
}

export async function openApiRelay(socket: string, options: ApiRelayOptions): Promise<ApiRelay> {
  const relay = new Relay(options)
  await relay.listen(socket)
  return relay
}

class Relay implements ApiRelay {
  tokens = 0
  requests = 0
  isSpent = false
  #inVain = 0
  readonly #refused = new Set<string>()
  readonly #options: ApiRelayOptions
  readonly #connections = new Connections({
    connections: AT_ONCE,
    headersTimeout: SILENT_MS,
    bodyTimeout: SILENT_MS,
  })
  readonly #inTurn = pLimit(AT_ONCE)
  readonly #open = new Set<Promise<void>>()
  readonly #handed = new Set<Duplex>()
  readonly #server: Server
  readonly #end = new AbortController()

  constructor(options: ApiRelayOptions) {
    this.#options = options
    this.#server = createServer((request, response) => {
      const answered = this.#inTurn(() => this.#answer(request, response))
      this.#open.add(answered)
      void answered.finally(() => this.#open.delete(answered))
    })
    this.#server.maxConnections = MOST_CONNECTIONS
    this.#server.keepAliveTimeout = SILENT_MS
    for (const event of ['connect', 'upgrade'] as const)
      this.#server.on(event, (request: IncomingMessage, client) => {
        // Handed over to us: neither the server's end nor its client's ends it.
        this.#handed.add(client)
        client.on('error', () => client.destroy())
        client.on('close', () => this.#handed.delete(client))
        this.#refuse(`a ${request.method ?? event} request`)
        client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n', () =>
          client.destroy(),
        )
      })
  }

  get refused(): readonly string[] {
    return [...this.#refused]
  }

  listen(socket: string): Promise<void> {
    return listenAt(this.#server, socket)
  }

  async close(): Promise<void> {
    this.#end.abort()
    this.#server.closeAllConnections()
    for (const client of this.#handed) client.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
    await Promise.allSettled(this.#open)
    await this.#connections.destroy()
  }

  #refuse(why: string): void {
    // Tools look that way whether there is anybody.
    if (why !== 'a HEAD request' && this.#refused.size < 20) this.#refused.add(why)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '' } = request
    const exchange: Exchange = { at: Date.now(), question: Buffer.alloc(0), status: 0, tokens: 0, answer: [] }
    this.requests += 1
    try {
      if (this.#inVain >= MOST_IN_VAIN)
        throw new NotPassed(429, 'in_vain', `${MOST_IN_VAIN} questions were refused; no more are passed on.`)
      const url = destinationOf(this.#options.api, method, target)
      if (typeof url === 'string') throw new NotPassed(403, 'not_allowed', `${REFUSED}${url}.`)
      exchange.question = await this.#questionOf(request)
      await this.#forward(url, request, response, exchange)
    } catch (error) {
      this.#fail(error, response, exchange)
    } finally {
      this.tokens += exchange.tokens
      // A provider that is busy is asked again, and that is not in vain.
      const isRefusal = exchange.status >= 400 && exchange.status < 500
      if (exchange.isOurs || (isRefusal && exchange.status !== 429)) this.#inVain += 1
      this.#options.transcript.add({
        at: new Date(exchange.at).toISOString(),
        ms: Date.now() - exchange.at,
        request: `${method} ${target.slice(0, 500)}`,
        status: exchange.status,
        tokens: exchange.tokens,
        note: exchange.note,
        bytes: exchange.question.length,
        question: endsOf(exchange.question),
        answer: Buffer.concat(exchange.answer).toString('utf8'),
      })
    }
  }

  async #questionOf(request: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = []
    let size = 0
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length
      if (size > MOST_BYTES)
        throw new NotPassed(413, 'too_large', `At most ${MOST_BYTES} bytes are passed on.`)
      parts.push(part)
    }
    const body = Buffer.concat(parts)
    if (request.method === 'GET') return Buffer.alloc(0)
    const why =
      request.headers['content-encoding'] === undefined
        ? whyNotAsked(this.#options.api, body)
        : 'a question that is compressed'
    if (why !== undefined) throw new NotPassed(403, 'not_allowed', `${REFUSED}${why}.`)
    // As it was read: of a name that stands twice another reader might take the other.
    return Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8'))))
  }

  async #forward(url: URL, request: IncomingMessage, response: ServerResponse, exchange: Exchange) {
    const { api, tokens } = this.#options
    if (this.tokens >= tokens) {
      this.isSpent = true
      throw new NotPassed(
        429,
        'budget_spent',
        `The budget of ${tokens} tokens is spent. Finish with what there is.`,
      )
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    if (response.destroyed) gone.abort()
    const key = this.#options.key?.reveal()
    const upstream = await ask(url, {
      dispatcher: this.#connections,
      method: request.method as Dispatcher.HttpMethod,
      headers: headersOf(request.headers, api, key),
      body: exchange.question.length > 0 ? exchange.question : null,
      signal: AbortSignal.any([gone.signal, this.#end.signal]),
    })
    const { statusCode, headers, body } = upstream
    const encoding = String(headers['content-encoding'] ?? 'identity')
    const passes = statusCode >= 200 && (statusCode < 300 || statusCode >= 400)
    if (!passes || encoding !== 'identity') {
      body.destroy()
      const why = passes ? `an answer in ${encoding}` : `an answer of ${statusCode} that leads elsewhere`
      throw new NotPassed(502, 'bad_answer', `The API gave ${why}; it is not passed back.`)
    }
    exchange.status = statusCode
    const redaction = new Redaction(key)
    const whole = Redaction.of(key)
    response.writeHead(
      statusCode,
      Object.entries(headers).flatMap(([name, value]) =>
        typeof value === 'string' && PASSED_BACK.test(name) && whole(value) === value ? [name, value] : [],
      ),
    )
    const costs = statusCode < 300 && request.method === 'POST' && !url.pathname.endsWith('/count_tokens')
    const count = new TokenCount(String(headers['content-type'] ?? ''), exchange.question.length)
    let [size, kept] = [0, 0]
    const pass = async (part: Buffer): Promise<void> => {
      if (kept < KEPT_BYTES) exchange.answer.push(part)
      kept += part.length
      if (part.length > 0 && !response.write(part)) await once(response, 'drain', { signal: gone.signal })
    }
    try {
      for await (const part of body as AsyncIterable<Buffer>) {
        size += part.length
        count.push(part)
        if (size > MOST_BYTES)
          throw new NotPassed(502, 'too_large', `The answer has over ${MOST_BYTES} bytes.`)
        await pass(redaction.push(part))
      }
      await pass(redaction.end())
      response.end()
    } finally {
      if (costs) exchange.tokens = count.tokens()
    }
  }

  #fail(error: unknown, response: ServerResponse, exchange: Exchange): void {
    // What another error says may hold anything.
    const known =
      error instanceof NotPassed
        ? error
        : new NotPassed(502, 'unreachable', `The API could not be reached (${codeOf(error)}).`)
    if (this.#end.signal.aborted) response.destroy()
    exchange.isOurs = error instanceof NotPassed && known.status < 500
    exchange.note = response.destroyed ? 'Nobody waited for the answer any more.' : known.message
    if (known.code === 'in_vain') this.#refuse(`more after ${MOST_IN_VAIN} in vain`)
    if (known.code === 'not_allowed') this.#refuse(known.message.slice(REFUSED.length, -1))
    // It was asked, and what it would have said is not known.
    if (known.code === 'unreachable' && exchange.tokens === 0 && exchange.status === 0 && wasSent(error))
      exchange.tokens = estimate(exchange.question.length)
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    exchange.status = known.status
    // Both SDKs would ask again by themselves.
    response.writeHead(known.status, { 'content-type': 'application/json', 'x-should-retry': 'false' })
    const { code, message } = known
    response.end(JSON.stringify({ type: 'error', error: { type: code, code, message } }))
  }
}

/** Enough for what the transcript shows of it. */
const endsOf = (text: Buffer): string =>
  (text.length <= KEPT_BYTES
    ? text
    : Buffer.concat([text.subarray(0, KEPT_BYTES / 2), text.subarray(-KEPT_BYTES / 2)])
  ).toString('utf8')

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown }).code ?? 'no answer').slice(0, 60)
const wasSent = (error: unknown): boolean =>
  !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CERT|CONNECT/.test(codeOf(error))
