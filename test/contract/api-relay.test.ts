// The relay that a coding agent asks its model through, against a model's API that echoes, lies, stalls and breaks off.
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiRelay, openApiRelay } from '../../adapters/agents/api-relay.ts'
import { Redaction } from '../../adapters/agents/redaction.ts'
import { TranscriptLines } from '../../adapters/agents/transcript.ts'
import { agentSchema } from '../../src/config/agents-schema.ts'
import { Secret } from '../../src/config/secret.ts'
import { type Asked, eventsOf, type Model, openModel, TOKENS } from '../support/model.ts'

const KEY = 'sk-ant-test-0123456789-of-grace'
let directory = ''
let model: Model
let relay: ApiRelay
let transcript: TranscriptLines
let answer: Parameters<typeof openModel>[1] = () => 'Hello'

async function opened(tokens = 100_000, url = model.url): Promise<void> {
  const { api } = agentSchema.parse({
    name: 'x',
    on: 'people',
    command: 'x',
    api: { url, header: 'x-api-key', variable: 'ANTHROPIC_BASE_URL' },
  })
  transcript = new TranscriptLines(Redaction.of(KEY))
  relay = await openApiRelay(join(directory, 'api'), { api, key: new Secret(KEY), tokens, transcript })
}
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'grace-relay-'))
  answer = () => 'Hello'
  model = await openModel(KEY, (...given) => answer(...given))
})
afterEach(async () => {
  await relay.close()
  await model.close()
  rmSync(directory, { recursive: true, force: true })
})

interface Heard {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  readonly broken: boolean
}
const asks = (
  body: object | string = { messages: [] },
  path = '/v1/messages',
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath: join(directory, 'api'),
        path,
        method,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        const end = (broken: boolean) => () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, broken })
        response.on('end', end(false))
        response.on('error', end(true))
      },
    )
    sent.on('error', reject)
    if (method !== 'POST') return sent.end()
    sent.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
const lines = () =>
  transcript
    .end({})
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const client = connect(join(directory, 'api'), () => client.write(bytes))
    client.setTimeout(5_000, () => client.destroy())
    client.on('data', (part) => {
      heard += String(part)
    })
    client.on('error', () => {})
    client.on('close', () => resolve(heard))
  })

describe('a question', () => {
  test('reaches the API with Grace’s key and without the agent’s, and its answer comes back', async () => {
    await opened()
    const { status, text } = await asks({ model: 'm', messages: [] }, '/v1/messages?beta=true', {
      authorization: 'Bearer sk-of-somebody-else',
      'x-api-key': 'sk-of-somebody-else',
      cookie: 'a=b',
      'anthropic-version': '2023-06-01',
    })
    expect([status, JSON.parse(text).content[0].text]).toEqual([200, 'Hello'])
    const [{ headers, path }] = model.asked as [Asked]
    expect(path).toBe('/v1/messages?beta=true')
    expect(headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' })
    expect(JSON.stringify(headers)).not.toMatch(/somebody-else|a=b/)
    expect([relay.tokens, relay.requests, relay.refused]).toEqual([TOKENS, 1, []])
    expect(lines()[0]).toMatchObject({
      request: 'POST /v1/messages?beta=true',
      status: 200,
      tokens: TOKENS,
      bytes: 27,
      question: '{"model":"m","messages":[]}',
      answer: expect.stringContaining('Hello'),
    })
  })
  test('streamed is answered as it comes', async () => {
    await opened()
    let first: Promise<number> | undefined
    answer = (_asked, response) => {
      const [start, ...rest] = eventsOf('Hello there')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(start)
      first = new Promise((resolve) =>
        setTimeout(() => {
          for (const event of rest) response.write(event)
          response.end()
          resolve(performance.now())
        }, 200),
      )
      return undefined
    }
    let begun = 0
    await new Promise<void>((resolve) => {
      const sent = request(
        { socketPath: join(directory, 'api'), path: '/v1/messages', method: 'POST' },
        (response) => {
          response.once('data', () => {
            begun = performance.now()
          })
          response.on('end', resolve)
        },
      )
      sent.end('{"stream":true}')
    })
    expect(begun).toBeLessThan(await first!)
    expect(relay.tokens).toBe(TOKENS)
  })
  test.each([
    ['a file', '/v1/files', {}, 'POST', '/v1/files'],
    ['another method', '/v1/messages', {}, 'DELETE', 'a DELETE request'],
    [
      'a tool of the provider',
      '/v1/messages',
      { tools: [{ type: 'web_fetch_20250910' }] },
      'POST',
      'a tool that runs at the provider (web_fetch_20250910)',
    ],
    ['no JSON', '/v1/messages', 'hello', 'POST', 'a question that is no JSON'],
  ])('for %s is refused, and nothing goes out', async (_what, path, body, method, why) => {
    await opened()
    const { status, text } = await asks(body, path, {}, method)
    expect([status, JSON.parse(text).error.code]).toEqual([403, 'not_allowed'])
    expect([model.asked, relay.refused, relay.tokens]).toEqual([[], [why], 0])
  })
  test.each([
    [
      'an address of another host',
      'GET http://127.0.0.1:1/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      /another host/,
    ],
    ['a tunnel', 'CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n', /a CONNECT request/],
    [
      'another protocol',
      'GET /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      /a GET request/,
    ],
  ])('as %s is refused', async (_what, bytes, why) => {
    await opened()
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 403 /)
    expect(relay.refused).toEqual([expect.stringMatching(why)])
    expect(model.asked).toEqual([])
  })
  test('as a tunnel that talks on does not keep the relay from ending', async () => {
    await opened()
    const client = connect(join(directory, 'api'))
    client.on('error', () => {})
    client.write(`CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: x\r\n\r\n${'x'.repeat(100_000)}`)
    await new Promise((resolve) => client.once('data', resolve))
    client.write('x'.repeat(100_000))
    await relay.close()
    client.destroy()
  })
  test('that is no HTTP ends the connection, and only that', async () => {
    await opened()
    expect(await raw('\x00\x01\x02\r\n\r\n')).toMatch(/400|^$/)
    expect((await asks()).status).toBe(200)
  })
  test('over 32 MB is not read to its end', async () => {
    await opened()
    const body = `{"x":"${'x'.repeat(33 * 1024 ** 2)}"}`
    const heard = await asks(body).catch((error: Error) => error.message)
    if (typeof heard !== 'string') expect(heard.status).toBe(413)
    expect(model.asked).toEqual([])
  })
})

describe('the key', () => {
  test('does not come back in an error that echoes it', async () => {
    await opened()
    answer = (_asked, response) => {
      response
        .writeHead(400, {
          'content-type': 'application/json',
          'anthropic-echo': KEY,
          'set-cookie': `k=${KEY}`,
        })
        .end(JSON.stringify({ error: `bad ${KEY}, ${Buffer.from(KEY).toString('base64')}` }))
      return undefined
    }
    const heard = await asks()
    expect(heard.status).toBe(400)
    expect(heard.text).toBe('{"error":"bad ‹key›, ‹key›=="}')
    expect(JSON.stringify([heard.headers, lines()])).not.toMatch(/sk-ant-test|c2stYW50/)
  })
  test('does not come back in a stream, wherever it is cut', async () => {
    await opened()
    answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const bytes = `data: the key is ${KEY}.\n\n`
      let at = 0
      const next = () => {
        if (at >= bytes.length) return response.end()
        response.write(bytes.slice(at, at + 7))
        at += 7
        setTimeout(next, 2)
      }
      next()
      return undefined
    }
    expect((await asks({ stream: true })).text).toBe('data: the key is ‹key›.\n\n')
    expect(JSON.stringify(lines())).not.toContain('sk-ant-test')
  })
  test('could not be seen in what is compressed, so that is not passed back', async () => {
    await opened()
    answer = (asked, response) => {
      expect(asked.headers['accept-encoding']).toBe('identity')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
      return undefined
    }
    expect(await asks()).toMatchObject({ status: 502, text: expect.stringContaining('an answer in gzip') })
  })
  test('follows no redirect', async () => {
    await opened()
    answer = (_asked, response) => {
      response.writeHead(307, { location: `${model.url}/v1/elsewhere` }).end()
      return undefined
    }
    expect(await asks()).toMatchObject({ status: 502, text: expect.stringContaining('leads elsewhere') })
    expect(model.asked).toHaveLength(1)
  })
})

describe('the budget', () => {
  test('once it is spent, no more goes out', async () => {
    await opened(TOKENS + 1)
    expect([(await asks()).status, (await asks()).status]).toEqual([200, 200])
    expect(relay.isSpent).toBe(false)
    const { status, text, headers } = await asks()
    expect([status, JSON.parse(text).error.code, headers['x-should-retry']]).toEqual([
      429,
      'budget_spent',
      'false',
    ])
    expect([model.asked.length, relay.isSpent]).toEqual([2, true])
  })
  test('is overdrawn by four at most, however many ask at once', async () => {
    await opened(1)
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await asks()).status))
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(26)
    expect(model.asked.length).toBeLessThanOrEqual(4)
  })
  test('is also spent by who does not wait for the answer', async () => {
    await opened()
    answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(eventsOf('x')[0])
      return undefined
    }
    await new Promise<void>((resolve) => {
      const sent = request(
        { socketPath: join(directory, 'api'), path: '/v1/messages', method: 'POST' },
        (response) => response.once('data', () => sent.destroy()).on('error', () => {}),
      )
      sent.on('error', () => {}).on('close', resolve)
      sent.end('{"stream":true}')
    })
    await expect.poll(() => relay.tokens).toBeGreaterThan(150)
    expect(lines()[0]).toMatchObject({ note: 'Nobody waited for the answer any more.' })
  })
  test('of patience is one too: after 200 in vain no more is looked at', async () => {
    await opened()
    for (let i = 0; i < 200; i++) await asks({}, '/v1/files')
    expect(await asks()).toMatchObject({ status: 429, text: expect.stringContaining('in_vain') })
    expect([model.asked, relay.refused]).toEqual([[], ['/v1/files', 'more after 200 in vain']])
  })
  test('is not touched by counting, nor by what the API refuses', async () => {
    await opened()
    await asks({ messages: [] }, '/v1/messages/count_tokens')
    answer = (_asked, response) => {
      response.writeHead(529, { 'content-type': 'application/json' }).end('{}')
      return undefined
    }
    expect((await asks()).status).toBe(529)
    expect([relay.tokens, model.asked.length]).toEqual([0, 2])
  })
})

describe('an API', () => {
  test('that is not there is said so, without its address’ secrets', async () => {
    await opened(100_000, 'http://127.0.0.1:1')
    const { status, text } = await asks()
    expect([status, JSON.parse(text).error.message]).toEqual([
      502,
      'The API could not be reached (ECONNREFUSED).',
    ])
    expect(relay.tokens).toBe(0)
  })
  test('that breaks off in the middle breaks off here, and what it cost is estimated', async () => {
    await opened()
    answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(eventsOf('x')[0])
      setTimeout(() => response.destroy(), 50)
      return undefined
    }
    const heard = await asks({ stream: true })
    expect(heard.broken).toBe(true)
    expect(relay.tokens).toBeGreaterThan(150)
  })
  test('that never stops is cut off', async () => {
    await opened()
    answer = (_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const block = `data: ${'x'.repeat(1024 ** 2)}\n\n`
      const more = () => {
        while (!response.destroyed && response.write(block));
      }
      response.on('drain', more)
      response.on('error', () => {})
      more()
      return undefined
    }
    const heard = await asks({ stream: true })
    expect(heard.broken).toBe(true)
    expect(heard.text.length).toBeLessThan(34 * 1024 ** 2)
  })
  test('that is still thinking when the run ends is hung up on', async () => {
    await opened()
    answer = () => undefined
    const asking = asks().catch(() => undefined)
    await expect.poll(() => model.asked.length).toBe(1)
    await relay.close()
    await asking
    expect(lines()[0]).toMatchObject({ tokens: expect.any(Number), status: 0 })
    await opened()
  })
})
