import type { MissionList } from '../../src/mission/list-missions.ts'
import type { Kpi } from '../../src/trust/kpi.ts'
import { HELD_CEILING } from '../../src/trust/trust.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, inArray, lt, ne, sql } from '../drizzle.ts'
import { kpiResults, missions } from '../schema/index.ts'
import { missionOf } from './missions.ts'

export function missionListOn(db: Db): MissionList {
  return {
    async page({ limit, before, phase, outcome, open, target }) {
      const wanted = and(
        phase === undefined ? undefined : eq(missions.phase, phase),
        outcome === undefined ? undefined : eq(missions.outcome, outcome),
        open ? ne(missions.phase, 'complete') : undefined,
        target === undefined ? undefined : eq(missions.target, target),
      )
      const [count] = await db.select({ total: sql<number>`count(*)::int` }).from(missions).where(wanted)
      const rows = await db
        .select({
          mission: missions,
          trust: sql<number | null>`case when ${missions.evidence} is null then null
            when exists (select from grace.hold_codes(${missions.evidence})) then least(grace.trust_bp(${missions.evidence}), ${HELD_CEILING})
            else grace.trust_bp(${missions.evidence}) end`,
          open: sql<boolean>`exists (
            select from (select distinct on (check_id) verdict from grace.checks
              where checks.evidence = ${missions.evidence} order by check_id, checks.number desc) as newest
            where verdict not in ('pass', 'attested', 'not_applicable'))`,
        })
        .from(missions)
        .where(and(wanted, before === undefined ? undefined : lt(missions.number, before)))
        .orderBy(desc(missions.number))
        .limit(limit + 1)
      const shown = rows.slice(0, limit)
      const measured = shown.map((row) => row.mission.evidence).filter((id) => id !== null)
      const results =
        measured.length === 0
          ? []
          : await db.select().from(kpiResults).where(inArray(kpiResults.evidence, measured))
      const reports = Map.groupBy(results, (row) => row.evidence)
      return {
        total: count!.total,
        rows: shown.map(({ mission, trust, open }) => ({
          mission: missionOf(mission),
          trust: trust === null ? null : Number(trust),
          open,
          report: (mission.evidence ? (reports.get(mission.evidence) ?? []) : []).map((row) => ({
            ...row,
            kpi: row.kpi as Kpi,
          })),
        })),
        next: rows.length > limit ? shown.at(-1)!.mission.number : null,
      }
    },
    async idOf(number) {
      const [row] = await db.select({ id: missions.id }).from(missions).where(eq(missions.number, number))
      return row?.id
    },
  }
}
