import { z } from 'zod'
import { mirrorCapa } from '../../src/mission/mirror-capa.ts'
import { effectJob } from '../job.ts'

export const mirror = effectJob({
  kind: 'mirror-capa',
  queue: 'work',
  payload: z.object({ mission: z.string() }),
  run: (ctx, { mission }) => mirrorCapa(ctx.control, mission),
  ended: async () => 'again',
})
