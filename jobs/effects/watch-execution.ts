import { z } from 'zod'
import { watchExecution } from '../../src/mission/watch-execution.ts'
import { effectJob } from '../job.ts'

export const watch = effectJob({
  kind: 'watch-execution',
  queue: 'executor',
  payload: z.object({ execution: z.string() }),
  run: (ctx, { execution }) => watchExecution(ctx.executor(), execution),
  ended: async () => 'again',
})
