import { z } from 'zod'
import { remindCapa } from '../../src/mission/remind-capa.ts'
import { effectJob } from '../job.ts'

export const remindOfCapa = effectJob({
  kind: 'remind-capa',
  queue: 'work',
  payload: z.object({ mission: z.string(), due: z.string() }),
  run: (ctx, { mission, due }) => remindCapa(ctx.control, mission, due),
})
