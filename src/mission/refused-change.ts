// A change that people rejected, that failed or that was taken back is not taken again, whoever brings it and on
// whatever branch; and while one mission stands by it, no other does.
import type { Candidates } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import { shortName } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { MissionControl } from './context.ts'

export async function mustBeNew(
  { candidates }: { candidates: Candidates },
  { pageOf }: Pick<MissionControl, 'pageOf'>,
  target: string,
  change: Pick<Change, 'patchId'>,
  /** The mission that is to have it, where there is one already. */
  mission: string | null = null,
): Promise<void> {
  const before = await candidates.refusedBefore(target, change.patchId)
  if (before)
    throw new Refusal(
      'conflict',
      'change_refused_before',
      `This very change was refused before, in ${shortName(before.mission)}: ${before.why}`,
      `Propose a different one. See ${pageOf(before.mission)}`,
    )
  const open = await candidates.openWith(target, change.patchId, mission)
  if (open !== undefined)
    throw new Refusal(
      'conflict',
      'change_open_already',
      `This very change is open already, as ${shortName(open)}.`,
      `Take part there. See ${pageOf(open)}`,
    )
}
