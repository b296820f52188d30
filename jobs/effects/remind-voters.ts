import { z } from 'zod'
import { remindVoters } from '../../src/mission/remind-voters.ts'
import { effectJob } from '../job.ts'

export const remind = effectJob({
  kind: 'remind-voters',
  queue: 'work',
  payload: z.object({ session: z.string() }),
  run: (ctx, { session }) => remindVoters(ctx.control, session),
})
