// A stand-in for a model's API: Anthropic's Messages, whole and as server-sent events, with a key that it insists on.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

export interface Model {
  readonly url: string
  readonly port: number
  readonly asked: Asked[]
  close(): Promise<void>
}

export const USAGE = { input_tokens: 120, cache_read_input_tokens: 30, output_tokens: 50 }
export const TOKENS = 200

const message = (text: string) => ({
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'stand-in',
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  usage: USAGE,
})

/** What it sends as events; `piece` characters of the text each. */
export function eventsOf(text: string, piece = 5): string[] {
  const { usage, ...rest } = message('')
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${piece}}`, 'g')) ?? []
  return [
    { type: 'message_start', message: { ...rest, content: [], usage: { ...usage, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((one) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: one },
    })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: 'message_stop' },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

/** `answer`: the model's words, or what it does with the response by itself. */
export async function openModel(
  key: string,
  answer: (asked: Asked, response: ServerResponse) => string | undefined,
): Promise<Model> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('error', () => {})
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8')
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      }
      asked.push(one)
      const json = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (one.headers['x-api-key'] !== key)
        return json(401, { type: 'error', error: { type: 'authentication_error', message: `not ${key}` } })
      const words = answer(one, response)
      if (words === undefined) return
      if (one.body.stream !== true) return json(200, message(words))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of eventsOf(words)) response.write(event)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
