import { z } from 'zod'
import { expireMission } from '../../src/mission/expire-mission.ts'
import { effectJob } from '../job.ts'

export const expire = effectJob({
  kind: 'expire-mission',
  queue: 'work',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => expireMission(ctx.control, mission),
})
