import { z } from 'zod'
import { Refusal } from '../../src/kernel/refusal.ts'
import { notProposed, proposeCandidate } from '../../src/mission/propose-candidate.ts'
import { effectJob } from '../job.ts'
import { endTesting, isPassing } from './end-testing.ts'

export const propose = effectJob({
  kind: 'propose-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => ctx.alone(() => proposeCandidate(ctx.control, mission)),
  async ended(ctx, payload, why) {
    const words = why instanceof Refusal ? why.message : 'a fault of Grace’s own; its log says more'
    if (!isPassing(why) && (await notProposed(ctx.control, payload.mission, words))) return 'done'
    return endTesting(ctx, payload, why)
  },
})
