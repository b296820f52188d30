import { z } from 'zod'
import { followPullRequests } from '../../src/mission/follow-pull-requests.ts'
import { effectJob } from '../job.ts'

export const follow = effectJob({
  kind: 'follow-pull-requests',
  queue: 'work',
  payload: z.object({ target: z.string() }),
  run: (ctx, { target }) => followPullRequests(ctx.control, target),
})
