import { z } from 'zod'
import { reviseCandidate } from '../../src/mission/revise-mission.ts'
import { effectJob } from '../job.ts'

export const revise = effectJob({
  kind: 'revise-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => reviseCandidate(ctx.control, mission),
})
