import { z } from 'zod'
import { Refusal } from '../../src/kernel/refusal.ts'
import { notRevised, reviseCandidate } from '../../src/mission/revise-mission.ts'
import { effectJob } from '../job.ts'

export const revise = effectJob({
  kind: 'revise-candidate',
  queue: 'sandbox',
  payload: z.object({ mission: z.string(), evidence: z.string().optional() }),
  run: (ctx, { mission, evidence }) => ctx.alone(() => reviseCandidate(ctx.control, mission, evidence)),
  async ended(ctx, { mission }, why) {
    await notRevised(
      ctx.control,
      mission,
      why instanceof Refusal ? why.message : 'a fault of Grace’s own; its log says more',
    )
    return 'done'
  },
})
