// A named person answers a check that only a person can: it is shown as attested, with the name and the reason.
import { type Actor, refOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl } from './context.ts'
import { findMission } from './load.ts'

export async function attestCheck(
  ctx: Pick<MissionControl, 'transact'>,
  actor: Actor,
  id: string,
  check: string,
  reason: string,
): Promise<void> {
  permit(actor, 'vote')
  const why = written('reason', reason)
  await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    const session = mission.session ? await stores.sessions.lock(mission.session) : undefined
    if (!session || session.state === 'void' || !mission.evidence)
      throw new Refusal(
        'conflict',
        'nothing_to_attest',
        `M-${mission.number} has no session to attest for.`,
        'Wait until it is put to the vote.',
      )
    const elector = (await stores.sessions.electors(session.id)).find(
      (one) => one.member === actor.id && one.active,
    )
    if (!elector?.mayApprove || actor.kind !== 'member')
      throw new Refusal(
        'forbidden',
        'may_not_attest',
        'Only those who may approve this mission may attest for it.',
        'Ask one of the others.',
      )
    const all = await stores.evidence.standing(mission.evidence)
    const standing = all.find((one) => one.id === check)
    const asking = all.filter(({ verdict }) => verdict === 'needs_human').map((one) => one.id)
    if (standing?.verdict !== 'needs_human')
      throw new Refusal(
        'conflict',
        'check_not_attestable',
        `The check ${JSON.stringify(check.slice(0, 60))} does not ask for a person.`,
        asking.length > 0 ? `These do: ${asking.join(', ')}.` : 'None does, so nothing has to be attested.',
      )
    await stores.evidence.answer(
      mission.evidence,
      [{ ...standing, verdict: 'attested', reason: `${actor.name}: ${why}`, validUntil: null }],
      actor.id,
    )
    await stores.ledger.append([
      {
        kind: 'CheckAttested',
        actor: refOf(actor),
        mission: mission.id,
        facts: { check, evidence: session.evidenceDigest, reason: spoken(why) },
      },
    ])
    if (mission.phase === 'consensus')
      await stores.outbox.add([{ kind: 'unlock-mission', payload: { mission: mission.id } }])
  })
}
