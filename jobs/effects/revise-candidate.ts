import { z } from 'zod'
import { reviseCandidate } from '../../src/mission/revise-mission.ts'
import { effectJob } from '../job.ts'

export const revise = effectJob({
  kind: 'revise-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string(), evidence: z.string().optional() }),
  run: (ctx, { mission, evidence }) => reviseCandidate(ctx.control, mission, evidence),
})
