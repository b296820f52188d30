// The REST API. Nothing but health answers without a token, and webhooks have secrets of their own; the Host has to be one of ours.
import swagger from '@fastify/swagger'
import type { Queue } from 'bullmq'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { authenticate, type Tokens } from '../../src/access/token.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { permit } from '../../src/kernel/permit.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { MissionList } from '../../src/mission/list-missions.ts'
import { consolePages } from '../console/console.ts'
import type { Changes } from '../console/live.ts'
import { healthRoutes, type Monitored, OPEN } from './health.ts'
import { errorHandler, misdirected, problemOf, sendProblem } from './problem.ts'
import { missionRoutes } from './routes/missions.ts'
import { operationRoutes } from './routes/operations.ts'
import { parliamentRoutes } from './routes/parliament.ts'
import { webhookRoutes } from './routes/webhooks.ts'

export interface HttpContext extends Monitored {
  readonly control: ChatControl
  readonly list: MissionList
  readonly tokens: Tokens
  readonly changes: Changes
  /** Those that the dashboard shows. */
  readonly queues: readonly Queue[]
  onRequest(route: string, status: number, seconds: number): void
}

export interface HttpOptions {
  readonly host: string
  readonly port: number
  readonly allowedHosts: readonly string[]
  readonly logger: FastifyBaseLogger
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor
  }
}

/** Bytes of a request; a patch has at most 1 MB, JSON makes it larger. */
const BODY_LIMIT = 4 * 1024 * 1024

/** The Authorization header only: a token in a URL would stand in histories and logs. */
export function bearerOf(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')
  return match?.[1]
}

/** The API and the console. */
export async function buildServer(
  ctx: HttpContext,
  options: Pick<HttpOptions, 'allowedHosts' | 'logger'>,
): Promise<FastifyInstance> {
  const app = guarded(ctx, options)
  app.addHook('onResponse', async (request, reply) =>
    ctx.onRequest(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000),
  )
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Grace', version: '0.1.0', description: 'Grace proposes, people decide.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  healthRoutes(app, ctx)
  await app.register(missionRoutes(ctx))
  await app.register(operationRoutes(ctx))
  await app.register(parliamentRoutes(ctx))
  await app.register(webhookRoutes(ctx))
  await app.register(consolePages(ctx))
  app.get('/openapi.json', { schema: { summary: 'This description' } }, async (request) => {
    permit(request.actor, 'read')
    return app.swagger()
  })
  return app
}

/** For a process without a console: health and metrics. */
export function buildHealthServer(
  ctx: Monitored & Pick<HttpContext, 'tokens'>,
  options: Pick<HttpOptions, 'allowedHosts' | 'logger'>,
): FastifyInstance {
  const app = guarded(ctx, options)
  healthRoutes(app, ctx)
  return app
}

/** Answers to our own names only, and to nobody without a token. */
function guarded(
  ctx: Pick<HttpContext, 'tokens'>,
  options: Pick<HttpOptions, 'allowedHosts' | 'logger'>,
): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 60_000,
    return503OnClosing: true,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(errorHandler)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problemOf(
        new Refusal(
          'not_found',
          'no_such_route',
          `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}.`,
          'See /openapi.json for what there is.',
        ),
      ),
    ),
  )
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', ...options.allowedHosts])
  app.addHook('onRequest', async (request, reply) => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
    if (!names.has(host)) return sendProblem(reply, misdirected(host))
    if (OPEN.has(request.routeOptions.url ?? '') || request.routeOptions.config.ownAuthentication) return
    request.actor = await authenticate(ctx.tokens, bearerOf(request))
  })
  // Method and path, never the query: it may hold what people wrote.
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    )
  })
  return app
}

export async function listen(
  app: FastifyInstance,
  options: Pick<HttpOptions, 'host' | 'port'>,
): Promise<string> {
  const address = await app.listen({ host: options.host, port: options.port })
  return address.replace('[::1]', 'localhost')
}
