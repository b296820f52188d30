// The Web API over HTTP: reads a call, decides its fate, carries it out and records what was answered.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallFaults } from './faults.ts'
import { chat } from './methods/chat.ts'
import { conversations } from './methods/conversations.ts'
import { filesWith, receiveUpload } from './methods/files.ts'
import type { Method } from './methods/method.ts'
import { people } from './methods/people.ts'
import { views } from './methods/views.ts'
import { respond } from './response-url.ts'
import { type Call, type Fields, Refused } from './shapes.ts'
import type { Workspace } from './workspace.ts'

/** Arguments that arrive as JSON inside a form. */
const AS_JSON = ['blocks', 'attachments', 'metadata', 'view', 'files', 'message']

export interface WebApi {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** `openUrl` makes the address of a websocket for apps.connections.open. */
export function createWebApi(w: Workspace, faults: CallFaults, openUrl: () => string): WebApi {
  const methods: Readonly<Record<string, Method>> = {
    ...people,
    ...chat,
    ...conversations,
    ...views,
    ...filesWith(() => faults.fileProcessingMs),
    'apps.connections.open': () => ({ url: openUrl() }),
  }

  async function call(name: string, request: IncomingMessage, response: ServerResponse, body: Buffer) {
    const { token, ...args } = argsOf(body, request.headers['content-type'])
    const record: Call = { method: name, args, at: w.now(), answered: 'pending', answer: undefined }
    w.calls.push(record)
    const fate = faults.fateOf(name)
    if (fate.retryAfter !== undefined) record.answered = 'rate limited'
    else if (fate.serverError) record.answered = 'server error'
    else
      record.answer = fate.error
        ? { ok: false, error: fate.error }
        : carryOut(w, methods, name, args, bearerOf(request) ?? token)
    if (fate.delayMs) await sleep(fate.delayMs, undefined, { ref: false })
    if (fate.loseAnswer) {
      record.answered = 'lost'
      request.socket.destroy()
    } else if (fate.retryAfter !== undefined) {
      send(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(fate.retryAfter) })
    } else if (fate.serverError) send(response, 500, 'internal error')
    else {
      record.answered = record.answer?.ok ? 'ok' : { error: String(record.answer?.error) }
      send(response, 200, record.answer ?? {})
    }
    w.changed()
  }

  return {
    async answer(request, response) {
      const body = await bodyOf(request)
      const [area, ...rest] = new URL(request.url ?? '/', w.origin).pathname.slice(1).split('/')
      const name = rest.join('/')
      if (area === 'api') return call(name, request, response, body)
      if (area === 'response') {
        const { status, answer } = respond(w, name, body)
        return send(response, status, answer)
      }
      if (area === 'upload') {
        const { status, text } = await receiveUpload(w, name, request.headers['content-type'], body)
        return send(response, status, text)
      }
      send(response, 404, 'not found')
    },
  }
}

function carryOut(
  w: Workspace,
  methods: Readonly<Record<string, Method>>,
  name: string,
  args: Fields,
  token: unknown,
): Fields {
  try {
    const wanted = name === 'apps.connections.open' ? w.options.appToken : w.options.botToken
    if (!token) throw new Refused('not_authed')
    if (token !== w.options.appToken && token !== w.options.botToken) throw new Refused('invalid_auth')
    if (token !== wanted) throw new Refused('not_allowed_token_type')
    const method = methods[name]
    if (!method) throw new Refused('unknown_method', { req_method: name })
    return structuredClone({ ok: true, ...method(w, args) })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ok: false, error: error.error, ...error.extra }
  }
}

const bearerOf = (request: IncomingMessage): string | undefined =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function argsOf(body: Buffer, type = ''): Fields {
  if (!body.length) return {}
  if (type.startsWith('application/json')) return JSON.parse(body.toString()) as Fields
  const args: Fields = Object.fromEntries(new URLSearchParams(body.toString()))
  for (const key of AS_JSON) {
    const value = args[key]
    if (typeof value !== 'string') continue
    try {
      args[key] = JSON.parse(value)
    } catch {
      // Left as it is: the method refuses it by its own name.
    }
  }
  return args
}

function send(
  response: ServerResponse,
  status: number,
  body: Fields | string,
  headers: Record<string, string> = {},
) {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
