import { z } from 'zod'
import { attestExecution } from '../../src/mission/attest-execution.ts'
import { executeMission } from '../../src/mission/execute-mission.ts'
import { effectJob } from '../job.ts'

export const execute = effectJob({
  kind: 'execute-mission',
  queue: 'executor',
  payload: z.object({ execution: z.string() }),
  run: async (ctx, { execution }) => {
    await attestExecution(ctx.control, execution)
    await executeMission(ctx.executor(), execution)
  },
  ended: async () => 'again',
})
