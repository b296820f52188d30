import { z } from 'zod'
import { countClick, loseClick } from '../../src/chat/count-click.ts'
import { effectJob } from '../job.ts'

export const click = effectJob({
  kind: 'count-click',
  queue: 'work',
  payload: z.object({ click: z.string() }),
  run: (ctx, { click }) => countClick(ctx.control, click),
  async ended(ctx, { click }) {
    await loseClick(ctx.control, click)
    return 'done'
  },
})
