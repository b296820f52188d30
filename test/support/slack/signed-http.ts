// Delivery by signed HTTP: what Slack POSTs to a Request URL.
import { createHmac } from 'node:crypto'
import type { Acknowledge, Transport } from './deliveries.ts'
import type { Delivery, Fields } from './shapes.ts'
import type { Workspace } from './workspace.ts'

export class SignedHttp implements Transport {
  readonly #w: Workspace
  readonly #url: string
  readonly #secret: string

  constructor(w: Workspace, url: string, signingSecret: string) {
    this.#w = w
    this.#url = url
    this.#secret = signingSecret
  }

  send(
    delivery: Delivery,
    retryReason: string | undefined,
    acknowledge: Acknowledge,
    fail: (why: string) => void,
  ): undefined {
    delivery.connections.push('http')
    const { type, body } = encoded(delivery)
    const timestamp = String(Math.floor(Date.now() / 1000))
    const retried = delivery.kind === 'events_api' && delivery.retryNum > 0
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature(this.#secret, timestamp, body),
      ...(retried && {
        'x-slack-retry-num': String(delivery.retryNum),
        'x-slack-retry-reason': retryReason ?? 'http_timeout',
      }),
    }
    const signal = AbortSignal.timeout(this.#w.options.ackDeadlineMs)
    fetch(this.#url, { method: 'POST', headers, body, signal, redirect: 'error' })
      .then(async (answer) => {
        const text = await answer.text()
        if (answer.ok) acknowledge('http', parsed(text))
        else fail(`status ${answer.status}`)
      })
      .catch(() => {
        if (!signal.aborted) fail('connection failed')
      })
  }
}

/** The v0 signature of Slack over the raw body. */
export const signature = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

function encoded({ kind, payload }: Delivery): { type: string; body: string } {
  if (kind === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) }
  const form =
    kind === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>)
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as Fields
  } catch {
    return { text }
  }
}
