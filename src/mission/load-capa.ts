import type { CapaRecord } from '../execution/capa.ts'
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { MissionControl, Stores } from './context.ts'
import { findMission } from './load.ts'
import type { Mission } from './mission.ts'
import { permitVoter } from './permit-voter.ts'

/** Locked, for a voter of the target; refuses one that is closed. */
export async function openCapaOf(
  ctx: Pick<MissionControl, 'config'>,
  stores: Pick<Stores, 'missions' | 'capas'>,
  actor: Actor,
  id: string,
): Promise<{ mission: Mission; capa: CapaRecord }> {
  permit(actor, 'vote')
  const mission = await findMission(stores, id)
  permitVoter(ctx.config, actor, mission.target)
  const capa = await stores.capas.lock(id)
  if (!capa)
    throw new Refusal(
      'not_found',
      'no_capa',
      `M-${mission.number} has no CAPA: nothing of it was rolled back.`,
      'A CAPA is opened by a rollback.',
    )
  if (capa.state === 'closed')
    throw new Refusal(
      'conflict',
      'capa_closed',
      `CAPA-${capa.number} is closed.`,
      'It stays as it is; the ledger has its story.',
    )
  return { mission, capa }
}
