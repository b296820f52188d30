// Where other watchers say what they noticed. Each has a secret of its own instead of a token.
import { readFile } from 'node:fs/promises'
import type { FastifyPluginAsync } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { shortName } from '../../../src/kernel/ids.ts'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { openFromFinding } from '../../../src/mission/open-mission.ts'
import { findingsOf, type Webhook } from '../../../src/trigger-mesh/webhooks/webhook.ts'
import type { HttpContext } from '../server.ts'
import { isAuthentic } from '../webhook-signature.ts'

const BODY_LIMIT = 1024 * 1024

/** The same whether there is no such webhook, or its secret is another: nobody learns which targets there are. */
const refused = (): Refusal =>
  new Refusal(
    'unauthenticated',
    'webhook_refused',
    'No webhook of that name has this signature.',
    'Check its URL and its secret; docs/finding.md says what each sender has to be told.',
  )

async function secretOf({ name, secret_file }: Webhook): Promise<string> {
  const text = await readFile(secret_file, 'utf8').catch(() => '')
  if (text.trim() === '')
    throw new Refusal(
      'unavailable',
      'webhook_without_secret',
      `The secret of the webhook ${name} can't be read.`,
      'Check secret_file in grace.yaml.',
    )
  return text.trim()
}

export const webhookRoutes =
  (ctx: Pick<HttpContext, 'control'>): FastifyPluginAsync =>
  async (fastify) => {
    // The signature is of the bytes, not of what they mean.
    fastify.removeAllContentTypeParsers()
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    fastify.withTypeProvider<ZodTypeProvider>().post(
      '/hooks/:target/:webhook',
      {
        bodyLimit: BODY_LIMIT,
        config: { ownAuthentication: true },
        schema: {
          summary: 'What another watcher noticed: an alert, an issue, or findings',
          security: [],
          params: z.object({ target: z.string().max(60), webhook: z.string().max(60) }),
          response: { 202: z.object({ findings: z.number(), missions: z.array(z.string()) }) },
        },
      },
      async (request, reply) => {
        const { target, webhook } = request.params
        const known = ctx.control.config.targets.get(target)?.webhooks.find(({ name }) => name === webhook)
        if (!known) throw refused()
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        if (!isAuthentic(known.from, await secretOf(known), request.headers, body)) throw refused()
        const findings = findingsOf(target, known, body.toString('utf8'))
        const missions: string[] = []
        for (const finding of findings) {
          const mission = await openFromFinding(ctx.control, finding)
          if (mission) missions.push(shortName(mission.number))
        }
        return reply.code(202).send({ findings: findings.length, missions })
      },
    )
  }
