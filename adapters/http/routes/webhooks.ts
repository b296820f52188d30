// Where other watchers say what they noticed. Each has a secret of its own instead of a token.
import type { IncomingHttpHeaders } from 'node:http'
import { verify } from '@octokit/webhooks-methods'
import type { FastifyPluginAsync } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { shortName } from '../../../src/kernel/ids.ts'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { openFromFinding } from '../../../src/mission/open-mission.ts'
import { findingsOf } from '../../../src/trigger-mesh/webhooks/webhook.ts'
import { readSecret } from '../../state/secret-file.ts'
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

/** The file's name stays here: whoever asks has not proven who they are. */
const secretOf = (name: string, file: string): Promise<string> =>
  readSecret(file).then(
    (secret) => secret.reveal(),
    () => {
      throw new Refusal(
        'unavailable',
        'webhook_without_secret',
        `The secret of the webhook ${name} can't be read.`,
        'Check its secret file in grace.yaml.',
      )
    },
  )

/** What GitHub says is only where to look: a forged or repeated word would bring nothing that is not there. */
const LOOKED_AT = new Set(['pull_request', 'push', 'ping'])
const LOOK_AFTER_MS = 1_000

/** Whether pull requests are looked at because of it. */
async function byGitHub(
  { control }: Pick<HttpContext, 'control'>,
  target: string,
  file: string,
  { 'x-hub-signature-256': signature, 'x-github-event': event }: IncomingHttpHeaders,
  body: Buffer,
): Promise<boolean> {
  const text = body.toString('utf8')
  if (
    typeof signature !== 'string' ||
    !text ||
    !(await verify(await secretOf('github', file), text, signature))
  )
    throw refused()
  if (!LOOKED_AT.has(String(event))) return false
  await control.transact(({ outbox }) =>
    outbox.add([
      {
        kind: 'follow-pull-requests',
        payload: { target },
        key: `pull-requests:${target}`,
        afterMs: LOOK_AFTER_MS,
      },
    ]),
  )
  return true
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
          response: {
            202: z.union([
              z.object({ findings: z.number(), missions: z.array(z.string()) }),
              z.object({ looks: z.boolean() }),
            ]),
          },
        },
      },
      async (request, reply) => {
        const { target, webhook } = request.params
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const file = ctx.control.config.targets.get(target)?.github?.webhook_secret_file
        if (webhook === 'github' && file !== undefined)
          return reply.code(202).send({ looks: await byGitHub(ctx, target, file, request.headers, body) })
        const known = ctx.control.config.targets.get(target)?.webhooks.find(({ name }) => name === webhook)
        if (!known) throw refused()
        if (!isAuthentic(known.from, await secretOf(known.name, known.secret_file), request.headers, body))
          throw refused()
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
