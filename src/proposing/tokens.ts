// How many tokens a model's answer cost, as its API says it: Anthropic's Messages, OpenAI's Chat Completions and
// Responses, whole or as server-sent events.
import { createParser, type EventSourceParser } from 'eventsource-parser'

/** Tokens of prose and code have three or four: what is not said is rather counted as more than it was. */
const BYTES_PER_TOKEN = 2
const MOST_BYTES = 32 * 1024 ** 2

export const estimate = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN)

interface Usage {
  readonly sent: number | undefined
  readonly came: number | undefined
  /** What was sent and what came, where it is more than both. */
  readonly total: number
}

const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
const object = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
const sum = (values: readonly (number | undefined)[]): number | undefined =>
  values.every((value) => value === undefined)
    ? undefined
    : values.reduce<number>((all, value) => all + (value ?? 0), 0)

function usageIn(said: unknown): Usage | undefined {
  const top = object(said)
  for (const place of [top.usage, object(top.message).usage, object(top.response).usage]) {
    const usage = object(place)
    const sent = sum([
      whole(usage.input_tokens) ?? whole(usage.prompt_tokens),
      whole(usage.cache_creation_input_tokens),
      whole(usage.cache_read_input_tokens),
    ])
    const came = whole(usage.output_tokens) ?? whole(usage.completion_tokens)
    if (sent !== undefined || came !== undefined) return { sent, came, total: whole(usage.total_tokens) ?? 0 }
  }
  return undefined
}

/** It says what was sent, and of what comes only what came so far. */
const FIRST = 'message_start'

/**
 * Counts one answer while it passes. Where a successful one says no usage, or ends before it said all of it, what was not
 * said is estimated from the bytes of request and answer, a token for every two: about twice what a model would count.
 */
export class TokenCount {
  readonly #requestBytes: number
  readonly #events: EventSourceParser | undefined
  readonly #decoder = new TextDecoder()
  #text = ''
  #bytes = 0
  #sent: number | undefined
  #came = 0
  #total = 0
  #final = false

  constructor(contentType: string, requestBytes: number) {
    this.#requestBytes = requestBytes
    if (/^text\/event-stream\b/i.test(contentType))
      this.#events = createParser({ onEvent: ({ data }) => this.#read(data), maxBufferSize: MOST_BYTES })
  }

  push(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes > MOST_BYTES) return
    const text = this.#decoder.decode(part, { stream: true })
    if (!this.#events) this.#text += text
    else
      try {
        this.#events.feed(text)
      } catch {
        // Events without an end: there is nothing to read in them, and so they are estimated.
      }
  }

  #read(data: string): void {
    let said: unknown
    try {
      said = JSON.parse(data)
    } catch {
      return
    }
    const usage = usageIn(said)
    if (!usage) return
    // They are added up as the answer grows: the largest is the last.
    if (usage.sent !== undefined) this.#sent = Math.max(this.#sent ?? 0, usage.sent)
    this.#came = Math.max(this.#came, usage.came ?? 0)
    this.#total = Math.max(this.#total, usage.total)
    if (usage.came !== undefined && object(said).type !== FIRST) this.#final = true
  }

  /** Once, at its end. */
  tokens(): number {
    if (!this.#events) this.#read(this.#text)
    this.#text = ''
    const sent = this.#sent ?? estimate(this.#requestBytes)
    const came = this.#final ? this.#came : Math.max(this.#came, estimate(this.#bytes))
    return Math.max(sent + came, this.#total)
  }
}
