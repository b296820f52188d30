// What goes out through the relay, and what only looks like it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { destinationOf, headersOf, whyNotAsked } from '../../../adapters/agents/allowed.ts'
import { agentSchema } from '../../../src/config/agents-schema.ts'

const apiOf = (over: object = {}) =>
  agentSchema.parse({
    name: 'x',
    on: 'people',
    command: 'x',
    api: { url: 'https://api.anthropic.com', variable: 'ANTHROPIC_BASE_URL', ...over },
  }).api
const api = apiOf()
const goes = (target: string, method = 'POST', of = api) => destinationOf(of, method, target)

describe('a destination', () => {
  test.each([
    ['/v1/messages', api, 'https://api.anthropic.com/v1/messages'],
    ['/v1/messages?beta=true', api, 'https://api.anthropic.com/v1/messages?beta=true'],
    ['/v1/messages/count_tokens', api, 'https://api.anthropic.com/v1/messages/count_tokens'],
    ['/v1/responses', apiOf({ url: 'https://api.openai.com/v1' }), 'https://api.openai.com/v1/responses'],
    [
      '/api/v1/chat/completions',
      apiOf({ url: 'https://openrouter.ai/api/v1/' }),
      'https://openrouter.ai/api/v1/chat/completions',
    ],
    [
      '/v1beta/models/gemini-2.5-pro:generateContent',
      apiOf({ url: 'https://models.example', paths: ['/v1beta/models'] }),
      'https://models.example/v1beta/models/gemini-2.5-pro:generateContent',
    ],
    ['/v1/messages', apiOf({ url: 'http://127.0.0.1:4000' }), 'http://127.0.0.1:4000/v1/messages'],
  ])('is %s', (target, of, url) => expect(String(goes(target, 'POST', of))).toBe(url))

  test.each([
    ['another host', 'https://evil.example/v1/messages', /another host/],
    ['a host in its place', '//evil.example/v1/messages', /two ways/],
    ['a host behind an @', '@evil.example/v1/messages', /another host/],
    ['a way up', '/v1/messages/../files', /two ways/],
    ['a way up, encoded', '/v1/messages/%2e%2e/files', /two ways/],
    ['a way up, encoded twice', '/v1/messages/%252e%252e/files', /two ways/],
    ['a slash, encoded', '/v1/messages%2f..%2ffiles', /two ways/],
    ['a backslash', '/v1/messages\\..\\files', /two ways/],
    ['a fragment', '/v1/messages#/../files', /two ways/],
    ['an empty part', '/v1//messages', /two ways/],
    ['files', '/v1/files', /^\/v1\/files$/],
    ['batches, which nobody counts', '/v1/messages/batches', /batches/],
    ['the account', '/v1/organizations/me', /organizations/],
    ['a path that only begins like one', '/v1/messagesx', /messagesx/],
    ['nothing', '', /another host/],
    ['a key of its own', '/v1/messages?api_key=sk-other', /credential of its own \(api_key\)/],
  ])('is not %s', (_what, target, why) => expect(goes(target)).toMatch(why))
  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE'])('has no %s', (method) =>
    expect(goes('/v1/messages', method)).toBe(`a ${method} request`),
  )
  test('outside of the URL’s own path there is none', () =>
    expect(
      goes('/v1/messages', 'POST', apiOf({ url: 'https://x.example/anthropic', paths: ['/v1/messages'] })),
    ).toBe('/v1/messages'))
  test('is never anywhere but at the API, whatever is asked for', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '..',
        '.',
        '/',
        '//',
        '\\',
        '%2e',
        '@',
        ':',
        '?',
        '#',
        'v1',
        'messages',
        'http:',
        'evil.example',
        '\t',
        '\n',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 10 }).map((parts) => parts.join('')),
        (target) => {
          const to = destinationOf(api, 'POST', target)
          if (typeof to === 'string') return
          expect(to.origin).toBe('https://api.anthropic.com')
          expect(to.pathname).toMatch(
            /^\/(?:v1\/)?(?:messages(?:\/count_tokens)?|chat\/completions|responses|models)$/,
          )
        },
      ),
      { numRuns: 5_000 },
    )
  })
})

describe('headers', () => {
  const given = {
    host: 'evil.example',
    authorization: 'Bearer sk-other',
    'x-api-key': 'sk-other',
    'x-goog-api-key': 'sk-other',
    cookie: 'session=1',
    'proxy-authorization': 'Basic x',
    'openai-organization': 'org-other',
    'accept-encoding': 'br',
    'transfer-encoding': 'chunked',
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
  }
  test('are those that say how it is asked, and Grace’s key', () =>
    expect(headersOf(given, api, 'the-key')).toEqual({
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'accept-encoding': 'identity',
      authorization: 'Bearer the-key',
    }))
  test('have the key where the API wants it', () => {
    const made = headersOf(given, apiOf({ header: 'x-api-key' }), 'the-key') as Record<string, string>
    expect([made['x-api-key'], made.authorization]).toEqual(['the-key', undefined])
  })
  test('have none where there is none', () =>
    expect(JSON.stringify(headersOf(given, api, undefined))).not.toMatch(/other|authorization/))
})

describe('a question', () => {
  const why = (question: unknown, of = api) => whyNotAsked(of, Buffer.from(JSON.stringify(question)))
  const content = (block: object) => ({ messages: [{ role: 'user', content: [block] }] })
  test.each([
    ['words', { messages: [{ role: 'user', content: 'Look at https://example.org' }] }],
    [
      'tools of its own',
      {
        tools: [
          { name: 'edit', input_schema: {} },
          { type: 'function' },
          { type: 'bash_20250124' },
          { type: 'custom' },
          { functionDeclarations: [] },
          { type: 'shell', environment: { type: 'local' } },
        ],
      },
    ],
    [
      'tools that are added later',
      {
        input: [
          {
            type: 'additional_tools',
            tools: [{ type: 'namespace', tools: [{ type: 'custom' }, { type: 'function' }] }],
          },
        ],
      },
    ],
    [
      'what the model asked of a tool',
      content({
        type: 'tool_use',
        input: { tools: [{ type: 'web' }], type: 'image', url: 'https://example.org' },
      }),
    ],
    ['a picture', content({ type: 'image', source: { type: 'base64', data: 'aGk=' } })],
    [
      'a picture in an address',
      content({ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }),
    ],
    ['a tool’s answer with an address', content({ type: 'tool_result', content: 'https://example.org' })],
  ])('may be %s', (_what, question) => expect(why(question)).toBeUndefined())
  test.each([
    ['a search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, /web_search_20250305/],
    [
      'a search among what is added later, as Codex adds it',
      {
        input: [
          {
            type: 'additional_tools',
            tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] }],
          },
        ],
      },
      /namespace/,
    ],
    ['a fetch', { tools: [{ name: 'x' }, { type: 'web_fetch_20250910' }] }, /web_fetch/],
    ['code at the provider', { tools: [{ type: 'code_interpreter' }] }, /code_interpreter/],
    [
      'a shell at the provider',
      { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] },
      /shell/,
    ],
    ['a server of somebody’s', { mcp_servers: [{ url: 'https://evil.example' }] }, /a server/],
    ['a search of one provider’s own', { search_parameters: { mode: 'on' } }, /a server/],
    ['a search of another’s', { enable_search: true }, /a server/],
    ['a name in other letters', { MCP_Servers: [{ url: 'https://evil.example' }] }, /a server/],
    ['tools in other letters', { Tools: [{ type: 'web_search' }] }, /web_search/],
    ['a model among several that searches', { models: ['a', 'b:online'] }, /b:online/],
    [
      'a link in what only looks like a tool’s input',
      { type: 'tool_use', input: [{ type: 'input_image', image_url: 'https://evil.example/?code' }] },
      /a link/,
    ],
    ['a search by another name', { web_search_options: {} }, /a server/],
    [
      'a link to a picture',
      content({ type: 'image', source: { type: 'url', url: 'https://evil.example/?code' } }),
      /a link/,
    ],
    [
      'a link to a picture, of OpenAI',
      content({ type: 'image_url', image_url: { url: ' HTTPS://evil.example' } }),
      /a link/,
    ],
    [
      'a link to a file',
      { input: [{ content: [{ type: 'input_file', file_url: 'https://evil.example' }] }] },
      /a link/,
    ],
    ['a search of Google’s', { tools: [{ googleSearch: {} }] }, /a tool/],
    [
      'a link of Google’s',
      { contents: [{ parts: [{ fileData: { fileUri: 'https://evil.example' } }] }] },
      /a link/,
    ],
    ['a plugin', { plugins: [{ id: 'web' }] }, /a server/],
    ['a model that searches', { model: 'gpt-4o-search-preview' }, /gpt-4o-search-preview/],
    ['any model, online', { model: 'openai/gpt-5:online' }, /online/],
    ['one that is answered later', { background: true }, /later/],
  ])('is not %s', (_what, question, reason) => expect(why(question)).toMatch(reason))
  test('is JSON, however deep and however wide', () => {
    expect(why({ x: Array.from({ length: 500_000 }, () => 1) })).toBeUndefined()

    expect(whyNotAsked(api, Buffer.from('--boundary'))).toMatch(/no JSON/)
    expect(whyNotAsked(api, Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)))).toBeUndefined()
  })
  test('may use the provider’s tools where the operator says so', () =>
    expect(why({ tools: [{ type: 'web_search' }] }, apiOf({ provider_tools: true }))).toBeUndefined())
})
