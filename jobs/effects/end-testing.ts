// A mission that can't be proposed or tested: it waits where the machine lacks isolation, else it ends as failed.
import { Refusal } from '../../src/kernel/refusal.ts'
import { failMission, holdTesting } from '../../src/mission/fail-mission.ts'
import type { JobContext } from '../job.ts'

export async function endTesting(
  ctx: JobContext,
  { mission }: { mission: string },
  why: Refusal | Error,
): Promise<'done' | 'again'> {
  if (!(why instanceof Refusal)) {
    await failMission(ctx.control, mission, 'Failed: a fault of Grace’s own; its log says more.')
    return 'done'
  }
  const sentence = `${why.message} ${why.next}`
  if (why.code === 'sandbox_unavailable') {
    await holdTesting(ctx.control, mission, sentence)
    return 'again'
  }
  await failMission(ctx.control, mission, sentence)
  return 'done'
}
