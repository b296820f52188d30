import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import type { KpiResult } from '../trust/kpi.ts'
import type { Mission } from './mission.ts'
import type { Outcome, Phase } from './phases.ts'

export interface MissionRow {
  readonly mission: Mission
  /** Basis points as shown (at most 9000 with a hold); null where nothing was measured. */
  readonly trust: number | null
  /** A check did not pass: nothing unlocks with it. */
  readonly open: boolean
  readonly report: readonly KpiResult[]
}

export interface MissionPage {
  readonly total: number
  readonly rows: readonly MissionRow[]
  /** Number to go on from; null on the last page. */
  readonly next: number | null
}

export interface MissionList {
  /** Newest first, those with a number below `before`. */
  page(query: {
    limit: number
    before?: number | undefined
    phase?: Phase | undefined
    outcome?: Outcome | undefined
    /** Those that are not complete. */
    open?: boolean | undefined
    target?: string | undefined
  }): Promise<MissionPage>
  /** The id behind M-12. */
  idOf(number: number): Promise<string | undefined>
}

export async function listMissions(
  list: MissionList,
  actor: Actor,
  query: Parameters<MissionList['page']>[0],
): Promise<MissionPage> {
  permit(actor, 'read')
  return list.page(query)
}
