import { z } from 'zod'
import { Later } from '../../src/kernel/later.ts'
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
    try {
      await executeMission(ctx.executor(), execution)
    } catch (error) {
      if (error instanceof Later) await holdExecution(ctx.executor(), execution, error)
      throw error
    }
  },
  async ended(ctx, { execution }, why) {
    if (why instanceof Refusal) await holdExecution(ctx.executor(), execution, why)
    return 'again'
  },
})
