// A target's branch moved: as a merge queue does, the change is put on its head and measured there.
import type { Candidate } from '../candidate/candidate.ts'
import { draft } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import type { Target } from '../config/config.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Stores } from './context.ts'
import type { Mission } from './mission.ts'
import { candidateEntry, waitForCandidate } from './open-mission.ts'
import { finish } from './settle-session.ts'

interface Moved {
  readonly candidate: Candidate
  readonly head: string
  /** The candidate's change on `head`; undefined where the two conflict, `there` where it has the change already. */
  readonly change: Change | 'there' | undefined
  /** The session whose ballots stand if the patch is the same and trust is reached. */
  readonly carryFrom: string | null
}

/** `mission` is in sandbox_testing. */
export async function followBase(
  stores: Stores,
  actor: Actor,
  mission: Mission,
  target: Target,
  { candidate, head, change, carryFrom }: Moved,
): Promise<void> {
  const unmeasured = { ...mission, evidence: null, session: null }
  if (change === 'there')
    return finish(
      stores,
      unmeasured,
      'superseded',
      `${target.branch} has this change already, with ${head.slice(0, 12)}.`,
      actor,
    )
  if (!change)
    return waitForCandidate(
      stores,
      { ...unmeasured, candidate: null },
      `the change conflicts with ${head.slice(0, 12)}, which ${target.branch} moved to`,
    )
  const latest = await stores.candidates.latest(mission.id)
  const next = draft(
    mission.id,
    (latest?.revision ?? 0) + 1,
    { ...change, pullRequest: candidate.pullRequest },
    candidate.authors,
  )
  await stores.candidates.insert(next)
  await stores.missions.save({ ...unmeasured, candidate: next.id })
  await stores.ledger.append([candidateEntry(actor, next)])
  const isSamePatch = change.patchId === candidate.patchId
  await stores.outbox.add([
    {
      kind: 'test-candidate',
      payload: { mission: mission.id, candidate: next.id, carry_from: isSamePatch ? carryFrom : null },
    },
  ])
}
