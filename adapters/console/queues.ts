// The queue dashboard (bull-board), behind the same sign-in and for looking only.
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { Queue } from 'bullmq'
import type { FastifyInstance } from 'fastify'
import { HEADERS } from './page.ts'

/** Its pages set styles from their script; nothing else is allowed beyond our own pages. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

export async function queueRoutes(app: FastifyInstance, queues: readonly Queue[]): Promise<void> {
  const adapter = new FastifyAdapter()
  adapter.setBasePath('/queues')
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Grace: job queues' } },
  })
  await app.register(async (board) => {
    board.addHook('onSend', async (_request, reply) => {
      reply.headers({ ...HEADERS, 'content-security-policy': POLICY })
    })
    await board.register(adapter.registerPlugin(), { prefix: '/queues' })
  })
}
