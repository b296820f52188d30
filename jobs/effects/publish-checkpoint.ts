import { z } from 'zod'
import { publishCheckpoint } from '../../src/mission/publish-checkpoint.ts'
import { effectJob } from '../job.ts'

export const publish = effectJob({
  kind: 'publish-checkpoint',
  queue: 'work',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => publishCheckpoint(ctx.control, mission),
})
