// Just before an unlock the checks whose world moves are asked again.
import type { Candidate } from '../candidate/candidate.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Target } from '../config/config.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { ALL_CHECKS, type Assessing, assess } from './assess.ts'
import type { EvidenceRecord } from './context.ts'
import type { Mission } from './mission.ts'

const actor = grace('gate')

/** All answers, those asked again in the place of the old ones. */
export async function askAgain(
  ctx: Assessing,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  evidence: EvidenceRecord,
  standing: readonly CheckResult[],
): Promise<readonly CheckResult[]> {
  // What a person answered for a policy is asked again as well: another policy may forbid it by now.
  const moving = standing
    .filter(
      ({ validUntil, verdict, facts }) => validUntil !== null || (verdict === 'attested' && facts !== null),
    )
    .map((check) => check.id)
  const body = evidence.body as { minutes: number; limitsHit: string[]; not_isolated_against: string[] }
  const sealed = {
    ...evidence,
    minutes: body.minutes,
    limitsHit: body.limitsHit,
    off: body.not_isolated_against,
  }
  const asked = await assess(
    ctx,
    mission,
    candidate,
    target,
    sealed,
    ALL_CHECKS.filter((check) => moving.includes(check.id)),
  )
  const fresh = asked.filter((check) => !isAnswered(check, standing))
  const before = (id: string) => standing.find((check) => check.id === id)?.verdict
  const changed = fresh.filter((check) => check.verdict !== before(check.id))
  await ctx.transact(async (stores) => {
    await stores.evidence.answer(evidence.id, fresh)
    // A mission that is held is looked at every few seconds: what came out as before is no news.
    if (changed.length > 0)
      await stores.ledger.append([
        {
          kind: 'ChecksAskedAgain',
          actor: refOf(actor),
          mission: mission.id,
          facts: {
            evidence: evidence.digest,
            verdicts: Object.fromEntries(changed.map((check) => [check.id, check.verdict])),
          },
        },
      ])
  })
  return standing.map((check) => fresh.find((one) => one.id === check.id) ?? check)
}

/** The very question that a person has answered: the answer stands. */
function isAnswered(asked: CheckResult, standing: readonly CheckResult[]): boolean {
  const before = standing.find((check) => check.id === asked.id)
  const by = ({ evidence }: CheckResult) =>
    evidence.flatMap(({ at }) => (at.startsWith('policy ') ? [at] : [])).join()
  return asked.verdict === 'needs_human' && before?.verdict === 'attested' && by(before) === by(asked)
}
