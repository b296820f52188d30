// Whether a webhook comes from who has its secret.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook as StandardWebhook, WebhookVerificationError } from 'standardwebhooks'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Webhook } from '../../src/trigger-mesh/webhooks/webhook.ts'

const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()
/** Takes as long whatever differs, lengths as well. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

function standardOf(secret: string): StandardWebhook {
  try {
    return new StandardWebhook(secret)
  } catch {
    throw new Refusal(
      'unavailable',
      'webhook_without_secret',
      'The secret of this webhook is no Standard Webhooks secret.',
      'It is base64, perhaps after whsec_: check secret_file in grace.yaml.',
    )
  }
}

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
        standardOf(secret).verify(body.toString('utf8'), {
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
