// Health for whoever supervises the process: /healthz that it lives, /readyz part by part, /metrics behind a token.
import type { FastifyInstance } from 'fastify'
import type { Health } from '../../src/health/health.ts'
import { permit } from '../../src/kernel/permit.ts'

export type { Health }

export interface Monitored {
  health(): Promise<Health>
  /** In Prometheus' text format. */
  metrics(): Promise<string>
}

/** What answers without a token. */
export const OPEN: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

export function healthRoutes(app: FastifyInstance, ctx: Monitored): void {
  app.get('/healthz', { schema: { security: [], summary: 'Whether this process lives' } }, async () => ({
    ok: true,
  }))
  app.get(
    '/readyz',
    { schema: { security: [], summary: 'Whether Grace can work, part by part' } },
    async (_request, reply) => {
      const { ready, parts, failing } = await ctx.health()
      return reply.code(ready ? 200 : 503).send({ ready, failing, parts })
    },
  )
  app.get(
    '/metrics',
    { schema: { summary: 'For Prometheus (with the token as bearer)' } },
    async (request, reply) => {
      permit(request.actor, 'read')
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await ctx.metrics())
    },
  )
}
