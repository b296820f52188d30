import { z } from 'zod'
import { unlockMission } from '../../src/mission/unlock-mission.ts'
import { effectJob } from '../job.ts'

export const unlock = effectJob({
  kind: 'unlock-mission',
  queue: 'work',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => unlockMission(ctx.control, mission),
  // A repository that can't be reached, for one: the mission stays approved and is looked at again.
  ended: async () => 'again',
})
