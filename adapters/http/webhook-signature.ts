// Whether a webhook comes from who has its secret.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook as StandardWebhook, WebhookVerificationError } from 'standardwebhooks'
import type { Webhook } from '../../src/trigger-mesh/webhooks/webhook.ts'

const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()
/** Takes as long whatever differs, lengths as well. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

const one = (header: string | string[] | undefined): string => (Array.isArray(header) ? '' : (header ?? ''))

/** Alertmanager signs nothing: it sends the secret (http_config.authorization). Standard Webhooks are refused after five minutes. */
export function isAuthentic(
  from: Webhook['from'],
  secret: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): boolean {
  switch (from) {
    case 'alertmanager':
      return same(one(headers.authorization), `Bearer ${secret}`)
    case 'sentry':
      return same(
        one(headers['sentry-hook-signature']),
        createHmac('sha256', secret).update(body).digest('hex'),
      )
    case 'standard':
      try {
        new StandardWebhook(secret).verify(body.toString('utf8'), {
          'webhook-id': one(headers['webhook-id']),
          'webhook-timestamp': one(headers['webhook-timestamp']),
          'webhook-signature': one(headers['webhook-signature']),
        })
        return true
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false
        // It reads the body last: this one is signed, and no JSON.
        if (error instanceof SyntaxError) return true
        throw error
      }
  }
}
