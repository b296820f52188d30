import { z } from 'zod'
import { effectJob } from '../job.ts'

export const announce = effectJob({
  kind: 'announce',
  queue: 'work',
  payload: z.looseObject({ mission: z.string(), event: z.string() }),
  run: (ctx, payload, effect) => ctx.announce(payload, String(effect)),
})
