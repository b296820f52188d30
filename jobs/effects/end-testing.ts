// A mission that can't be proposed or tested: it waits where what is missing comes back, else it ends as failed.
import { Refusal } from '../../src/kernel/refusal.ts'
import { failMission, holdTesting } from '../../src/mission/fail-mission.ts'
import type { JobContext } from '../job.ts'

/** Nothing of the change: the machine lacks isolation, or the repository can't be reached just now. */
const PASSING: ReadonlySet<string> = new Set(['sandbox_unavailable', 'repository_unreachable'])

export const isPassing = (why: Refusal | Error): boolean => why instanceof Refusal && PASSING.has(why.code)

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
  if (isPassing(why)) {
    await holdTesting(ctx.control, mission, sentence)
    return 'again'
  }
  await failMission(ctx.control, mission, sentence)
  return 'done'
}
