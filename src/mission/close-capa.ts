// A member closes a CAPA; live traffic has to say that the service is as good as it was before the change.
import { notEffective } from '../execution/capa.ts'
import { type Actor, refOf } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sentence, written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import { trafficOf } from '../monitoring/samples.ts'
import { type MissionControl, targetOf } from './context.ts'
import { openCapaOf } from './load-capa.ts'
import { mirrorEffects } from './mirror-capa.ts'

/** Measured over as long as a watch takes, up to now. Says what was seen. */
export async function closeCapa(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  actor: Actor,
  id: string,
  note: string,
): Promise<string> {
  const why = written('reason', note)
  return ctx.transact(async (stores) => {
    const { mission, capa } = await openCapaOf(ctx, stores, actor, id)
    if (capa.owner === null)
      throw new Refusal(
        'conflict',
        'capa_without_owner',
        `Nobody answers for CAPA-${capa.number} yet.`,
        `Say who does: /missions capa M-${mission.number} owner and a member.`,
      )
    const now = await stores.clock.now()
    const { watch } = targetOf(ctx.config, mission.target).policy
    const traffic = trafficOf(
      await stores.samples.between(mission.target, new Date(now.getTime() - watch), now),
    )
    const fault = notEffective(capa.baseline, traffic)
    if (fault)
      throw new Refusal(
        'conflict',
        'capa_not_effective',
        `CAPA-${capa.number} stays open: ${fault}.`,
        'Close it when live traffic is as good again as it was.',
      )
    const seen = `${traffic.requests} requests, ${traffic.errors} of them failed${traffic.p95Ms === null ? '' : `, p95 ${Math.round(traffic.p95Ms * 10) / 10} ms`}`
    await stores.capas.save({ ...capa, state: 'closed' })
    await stores.ledger.append([
      {
        kind: 'CapaClosed',
        actor: refOf(actor),
        mission: mission.id,
        facts: {
          capa: capa.number,
          requests: traffic.requests,
          errors: traffic.errors,
          p95_us: traffic.p95Ms === null ? null : Math.round(traffic.p95Ms * 1000),
          why: spoken(why),
        },
      },
    ])
    const what = `CAPA-${capa.number} is closed: ${sentence(why)} Live again as before: ${seen}.`
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'capa_closed', what } },
      ...mirrorEffects(ctx.config, mission),
    ])
    return what
  })
}
