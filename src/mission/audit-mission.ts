// The ledger's story of a mission: every entry about it, in order, with its number in the signed tree.
import type { Actor } from '../kernel/actor.ts'
import type { Json } from '../kernel/digest.ts'
import { permit } from '../kernel/permit.ts'
import type { MissionControl } from './context.ts'
import { findMission } from './load.ts'
import type { Mission } from './mission.ts'

export interface AuditEntry {
  /** Null where the sequencer has not numbered it yet. */
  readonly seq: number | null
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly facts: Readonly<Record<string, Json>>
  /** Name of a fact → the words it commits to; null where they were redacted. */
  readonly words: Readonly<Record<string, string | null>>
}

export async function auditMission(
  ctx: Pick<MissionControl, 'transact'>,
  actor: Actor,
  id: string,
): Promise<{ mission: Mission; entries: readonly AuditEntry[] }> {
  permit(actor, 'read')
  return ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    return { mission, entries: await stores.standing.audit(mission.id) }
  })
}
