// A change that people rejected, that failed or that was taken back is not taken again, whoever brings it and on
// whatever branch.
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
): Promise<void> {
  const before = await candidates.refusedBefore(target, change.patchId)
  if (before)
    throw new Refusal(
      'conflict',
      'change_refused_before',
      `This very change was refused before, in ${shortName(before.mission)}: ${before.why}`,
      `Propose a different one. ${shortName(before.mission)} is at ${pageOf(before.mission)}`,
    )
}
