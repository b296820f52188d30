import { z } from 'zod'
import { testCandidate } from '../../src/mission/test-candidate.ts'
import { effectJob } from '../job.ts'
import { endTesting } from './end-testing.ts'

export const test = effectJob({
  kind: 'test-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string(), candidate: z.string(), carry_from: z.string().nullish() }),
  run: (ctx, { mission, candidate, carry_from }) =>
    ctx.alone(() => testCandidate(ctx.control, mission, candidate, carry_from ?? undefined)),
  ended: endTesting,
})
