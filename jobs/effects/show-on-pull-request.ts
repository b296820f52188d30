import { z } from 'zod'
import { showOnPullRequest } from '../../src/chat/show-on-pull-request.ts'
import { FORGE_REFUSED } from '../../src/execution/delivery.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { effectJob } from '../job.ts'

export const showPullRequest = effectJob({
  kind: 'show-on-pull-request',
  queue: 'work',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => showOnPullRequest(ctx.control, mission),
  // What GitHub refuses for good is not tried again: the next change of the mission is shown anyway.
  ended: async (_ctx, _payload, why) =>
    why instanceof Refusal && why.code === FORGE_REFUSED ? 'done' : 'again',
})
