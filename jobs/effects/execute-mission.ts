import { z } from 'zod'
import { Refusal } from '../../src/kernel/refusal.ts'
import { attestExecution } from '../../src/mission/attest-execution.ts'
import { executeMission } from '../../src/mission/execute-mission.ts'
import { holdExecution } from '../../src/mission/hold-execution.ts'
import { effectJob } from '../job.ts'

export const execute = effectJob({
  kind: 'execute-mission',
  queue: 'executor',
  payload: z.object({ execution: z.string() }),
  run: async (ctx, { execution }) => {
    await attestExecution(ctx.control, execution)
    await executeMission(ctx.executor(), execution)
  },
  async ended(ctx, { execution }, why) {
    if (why instanceof Refusal) await holdExecution(ctx.executor(), execution, why)
    return 'again'
  },
})
