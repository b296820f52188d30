import { z } from 'zod'
import { executeMission } from '../../src/mission/execute-mission.ts'
import { effectJob } from '../job.ts'

export const execute = effectJob({
  kind: 'execute-mission',
  queue: 'executor',
  payload: z.object({ execution: z.string() }),
  run: (ctx, { execution }) => executeMission(ctx.executor(), execution),
  ended: async () => 'again',
})
