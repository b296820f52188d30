import { z } from 'zod'
import { rollBack } from '../../src/mission/roll-back.ts'
import { effectJob } from '../job.ts'

export const rollback = effectJob({
  kind: 'roll-back',
  queue: 'executor',
  payload: z.object({ execution: z.string(), reason: z.string() }),
  run: (ctx, { execution, reason }) => rollBack(ctx.executor(), execution, reason),
  ended: async () => 'again',
})
