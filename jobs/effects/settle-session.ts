import { z } from 'zod'
import { settleSession } from '../../src/mission/settle-session.ts'
import { effectJob } from '../job.ts'

export const settle = effectJob({
  kind: 'settle-session',
  queue: 'work',
  payload: z.object({ session: z.string() }),
  run: (ctx, { session }) => settleSession(ctx.control, session),
})
