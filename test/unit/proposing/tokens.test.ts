// What a model's answer cost, as the APIs say it and as they do not.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimate, TokenCount } from '../../../src/proposing/tokens.ts'

const JSON_TYPE = 'application/json'
const EVENTS = 'text/event-stream; charset=utf-8'
const counted = (type: string, text: string, requestBytes = 1_000) => {
  const count = new TokenCount(type, requestBytes)
  count.push(Buffer.from(text))
  return count.tokens()
}
const events = (...all: (object | string)[]) =>
  all
    .map((one) =>
      typeof one === 'string'
        ? `data: ${one}\n\n`
        : `event: ${(one as { type?: string }).type ?? 'message'}\ndata: ${JSON.stringify(one)}\n\n`,
    )
    .join('')

const MESSAGE = {
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: {
    input_tokens: 2_095,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 10_000,
    cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 0 },
    output_tokens: 503,
    service_tier: 'standard',
  },
}
const STREAM = [
  {
    type: 'message_start',
    message: { ...MESSAGE, content: [], usage: { ...MESSAGE.usage, output_tokens: 2 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 503 } },
  { type: 'message_stop' },
]
const CHAT = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' } }],
  usage: {
    prompt_tokens: 19,
    completion_tokens: 10,
    total_tokens: 29,
    prompt_tokens_details: { cached_tokens: 8 },
  },
}
const RESPONSE = {
  object: 'response',
  status: 'completed',
  usage: {
    input_tokens: 36,
    output_tokens: 87,
    total_tokens: 123,
    output_tokens_details: { reasoning_tokens: 60 },
  },
}

describe('what an API says of it is counted', () => {
  test.each([
    ['Anthropic, what was cached with it', JSON_TYPE, JSON.stringify(MESSAGE), 12_898],
    ['Anthropic, streamed', EVENTS, events(...STREAM), 12_898],
    ['OpenAI’s chat', JSON_TYPE, JSON.stringify(CHAT), 29],
    [
      'OpenAI’s chat, streamed',
      EVENTS,
      events(
        { choices: [{ delta: { content: 'Hel' } }], usage: null },
        { choices: [{ delta: { content: 'lo' } }], usage: null },
        { choices: [], usage: CHAT.usage },
        '[DONE]',
      ),
      29,
    ],
    ['OpenAI’s responses', JSON_TYPE, JSON.stringify(RESPONSE), 123],
    [
      'OpenAI’s responses, streamed',
      EVENTS,
      events(
        { type: 'response.created', response: { status: 'in_progress', usage: null } },
        { type: 'response.output_text.delta', delta: 'Hello' },
        { type: 'response.completed', response: RESPONSE },
      ),
      123,
    ],
    [
      'a total that says more',
      JSON_TYPE,
      '{"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":50}}',
      50,
    ],
  ])('%s', (_what, type, text, tokens) => expect(counted(type, text)).toBe(tokens))
  test('however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 200 }), (sizes) => {
        const bytes = Buffer.from(events(...STREAM).replaceAll('Hello', 'Grüße 👋'))
        const count = new TokenCount(EVENTS, 10)
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!
          count.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(count.tokens()).toBe(12_898)
      }),
    )
  })
})

describe('what it does not say is estimated, and rather too much', () => {
  const half = events(...STREAM.slice(0, 4))
  test.each([
    ['no usage', JSON_TYPE, '{"choices":[]}', 500 + 7],
    ['no JSON', JSON_TYPE, 'Hello', 500 + 3],
    ['nothing at all', JSON_TYPE, '', 500],
    ['a stream that ends early', EVENTS, half, 12_395 + estimate(half.length)],
    ['a stream without usage', EVENTS, events({ choices: [] }, '[DONE]'), 500 + 26],
    ['usage below nothing', JSON_TYPE, '{"usage":{"input_tokens":-5,"output_tokens":-5}}', 500 + 24],
    ['usage in words', JSON_TYPE, '{"usage":{"input_tokens":"0","output_tokens":"0"}}', 500 + 25],
    ['half of it', JSON_TYPE, '{"usage":{"output_tokens":7}}', 507],
    [
      'usage in what the model wrote',
      JSON_TYPE,
      '{"content":{"usage":{"input_tokens":0,"output_tokens":0}}}',
      529,
    ],
  ])('%s', (_what, type, text, tokens) => expect(counted(type, text)).toBe(tokens))
  test('an answer never lowers what an earlier event said', () =>
    expect(
      counted(
        EVENTS,
        events(...STREAM, { type: 'message_delta', usage: { input_tokens: 0, output_tokens: 0 } }),
      ),
    ).toBe(12_898))
  test('events without an end do not end the count', () => {
    const count = new TokenCount(EVENTS, 0)
    for (let i = 0; i < 80; i++) count.push(Buffer.alloc(1024 ** 2, 'data: x'))
    expect(count.tokens()).toBe(estimate(80 * 1024 ** 2))
  })
})
