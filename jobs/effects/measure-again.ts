import { z } from 'zod'
import { measureAgain } from '../../src/mission/improve.ts'
import { effectJob } from '../job.ts'

export const measure = effectJob({
  kind: 'measure-again',
  queue: 'work',
  payload: z.object({ mission: z.string(), evidence: z.string() }),
  run: (ctx, { mission, evidence }) => measureAgain(ctx.control, mission, evidence),
})
