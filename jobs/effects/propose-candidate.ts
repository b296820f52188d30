import { z } from 'zod'
import { proposeCandidate } from '../../src/mission/propose-candidate.ts'
import { effectJob } from '../job.ts'
import { endTesting } from './end-testing.ts'

export const propose = effectJob({
  kind: 'propose-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => proposeCandidate(ctx.control, mission),
  ended: endTesting,
})
