import type { SQL } from 'drizzle-orm'
import type { Candidates } from '../../src/candidate/draft.ts'
import { shortName } from '../../src/kernel/ids.ts'
import type { Feedbacks } from '../../src/mission/context.ts'
import type { Mission, Missions } from '../../src/mission/mission.ts'
import type { Outcome, Phase } from '../../src/mission/phases.ts'
import type { Opportunities, Opportunity } from '../../src/trigger-mesh/opportunity.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, inArray, isNotNull, isNull, ne, sql } from '../drizzle.ts'
import { candidates, feedback, missions, opportunities } from '../schema/index.ts'

export type MissionRow = typeof missions.$inferSelect

export const missionOf = (row: MissionRow): Mission => ({
  ...row,
  phase: row.phase as Phase,
  outcome: row.outcome as Outcome | null,
})

export function missionsOn(db: Db): Missions {
  const byId = (id: string) => db.select().from(missions).where(eq(missions.id, id))
  return {
    async insert(mission) {
      const now = sql`grace.now()`
      const [row] = await db
        .insert(missions)
        .values({
          ...mission,
          claims: [...mission.claims],
          reason: '',
          heldBy: [],
          createdAt: now,
          updatedAt: now,
        })
        .returning()
      return missionOf(row!)
    },
    async find(id) {
      const [row] = await byId(id)
      return row && missionOf(row)
    },
    async lock(id) {
      const [row] = await byId(id).for('update')
      return row && missionOf(row)
    },
    async save(mission) {
      const { id, number: _number, createdAt: _createdAt, ...rest } = mission
      await db
        .update(missions)
        .set({
          ...rest,
          heldBy: [...rest.heldBy],
          claims: [...rest.claims],
          updatedAt: sql`grace.now()`,
          completedAt: rest.phase === 'complete' ? sql`grace.now()` : null,
        })
        .where(eq(missions.id, id))
    },
    async progressOf(id) {
      const [row] = await db.select({ progress: missions.progress }).from(missions).where(eq(missions.id, id))
      return row?.progress ?? null
    },
    async noteProgress(id, progress) {
      await db.update(missions).set({ progress }).where(eq(missions.id, id))
    },
    async endings(target, most) {
      const rows = await db
        .select({
          number: missions.number,
          title: missions.title,
          detector: opportunities.detector,
          outcome: missions.outcome,
          why: missions.reason,
        })
        .from(missions)
        .leftJoin(opportunities, eq(opportunities.id, missions.opportunity))
        .where(and(eq(missions.target, target), eq(missions.phase, 'complete')))
        .orderBy(desc(missions.number))
        .limit(most)
      return rows.map(({ number, outcome, ...row }) => ({
        mission: shortName(number),
        outcome: outcome ?? '',
        ...row,
      }))
    },
    async unfinished() {
      const rows = await db.select({ id: missions.id }).from(missions).where(ne(missions.phase, 'complete'))
      return rows.map((row) => row.id)
    },
  }
}

export function candidatesOn(db: Db): Candidates {
  return {
    async insert(candidate) {
      await db
        .insert(candidates)
        .values({ ...candidate, authors: [...candidate.authors], createdAt: sql`grace.now()` })
    },
    async find(id) {
      const [row] = await db.select().from(candidates).where(eq(candidates.id, id))
      return row
    },
    async latest(mission) {
      const [row] = await db
        .select()
        .from(candidates)
        .where(eq(candidates.mission, mission))
        .orderBy(desc(candidates.revision))
        .limit(1)
      return row
    },
    async refuse(id, why) {
      const one = db
        .select({ mission: candidates.mission, patchId: candidates.patchId })
        .from(candidates)
        .where(eq(candidates.id, id))
      await db
        .update(candidates)
        .set({ refused: why })
        .where(sql`(${candidates.mission}, ${candidates.patchId}) in ${one}`)
    },
    async refusedBefore(target, patchId, but) {
      const [row] = await db
        .select({ mission: missions.number, why: sql<string>`${candidates.refused}` })
        .from(candidates)
        .innerJoin(missions, eq(missions.id, candidates.mission))
        .where(
          and(
            eq(missions.target, target),
            eq(candidates.patchId, patchId),
            isNotNull(candidates.refused),
            but === undefined ? undefined : ne(missions.id, but),
          ),
        )
        .orderBy(desc(missions.number), desc(candidates.revision))
        .limit(1)
      return row
    },
    async openWith(target, patchId, but) {
      // Two that come at once: the second waits here, and finds the first.
      await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${target} ${patchId}`}, 7305))`)
      const [row] = await db
        .select({ number: missions.number })
        .from(missions)
        .innerJoin(candidates, eq(candidates.id, missions.candidate))
        .where(
          and(
            eq(missions.target, target),
            ne(missions.phase, 'complete'),
            but === null ? undefined : ne(missions.id, but),
            eq(candidates.patchId, patchId),
          ),
        )
        .limit(1)
      return row?.number
    },
    async pullRequests(target) {
      const number = sql<number>`(${candidates.pullRequest} ->> 'number')::integer`
      const rows = await db
        .selectDistinctOn([number], {
          number,
          head: sql<string>`${candidates.pullRequest} ->> 'head'`,
          mission: missions.id,
          outcome: missions.outcome,
          reason: missions.reason,
          candidate: candidates.id,
          current: missions.candidate,
        })
        .from(candidates)
        .innerJoin(missions, eq(missions.id, candidates.mission))
        .where(and(eq(missions.target, target), isNotNull(candidates.pullRequest)))
        .orderBy(number, desc(missions.number), desc(candidates.revision))
      return rows.map(({ candidate, current, ...row }) => ({
        ...row,
        stands: current === null || current === candidate,
      }))
    },
  }
}

export function opportunitiesOn(db: Db): Opportunities {
  const read = (row: typeof opportunities.$inferSelect): Opportunity => ({
    ...row,
    evidence: row.evidence as Opportunity['evidence'],
  })
  const endings = (where: SQL | undefined) =>
    db
      .select({
        mission: missions.number,
        outcome: missions.outcome,
        endedAt: missions.completedAt,
        magnitude: opportunities.magnitude,
      })
      .from(missions)
      .innerJoin(opportunities, eq(opportunities.id, missions.opportunity))
      .where(where)
      .orderBy(desc(missions.number))
  return {
    async open(fingerprint) {
      const [row] = await db
        .select({ id: opportunities.id, mission: missions.number })
        .from(opportunities)
        .innerJoin(missions, eq(missions.opportunity, opportunities.id))
        .where(and(eq(opportunities.fingerprint, fingerprint), isNull(opportunities.closedAt)))
      return row
    },
    async lastEnding(fingerprint) {
      const [row] = await endings(
        and(eq(opportunities.fingerprint, fingerprint), isNotNull(opportunities.closedAt)),
      ).limit(1)
      return row
    },
    async endings(target, most) {
      return endings(eq(missions.target, target)).limit(most)
    },
    async report(opportunity) {
      const now = sql`grace.now()`
      const [row] = await db
        .insert(opportunities)
        .values({ ...opportunity, seen: 1, firstSeen: now, lastSeen: now })
        .onConflictDoUpdate({
          target: opportunities.fingerprint,
          targetWhere: isNull(opportunities.closedAt),
          set: {
            seen: sql`${opportunities.seen} + 1`,
            lastSeen: now,
            summary: opportunity.summary,
            evidence: opportunity.evidence,
            magnitude: opportunity.magnitude,
          },
        })
        .returning()
      return { opportunity: read(row!), isNew: row!.id === opportunity.id }
    },
    async find(id) {
      const [row] = await db.select().from(opportunities).where(eq(opportunities.id, id))
      return row && read(row)
    },
    async close(id) {
      await db
        .update(opportunities)
        .set({ closedAt: sql`grace.now()` })
        .where(and(eq(opportunities.id, id), isNull(opportunities.closedAt)))
    },
  }
}

export function feedbackOn(db: Db): Feedbacks {
  return {
    async insert(one) {
      const rows = await db
        .insert(feedback)
        .values({ ...one, at: sql`grace.now()` })
        .onConflictDoNothing({ target: feedback.external })
        .returning({ id: feedback.id })
      return rows.length > 0
    },
    async of(mission) {
      return db
        .select()
        .from(feedback)
        .where(and(eq(feedback.mission, mission), isNull(feedback.deletedAt)))
        .orderBy(feedback.at)
    },
    async byExternal(external) {
      const [row] = await db
        .select()
        .from(feedback)
        .where(and(eq(feedback.external, external), isNull(feedback.deletedAt)))
      return row
    },
    async edit(id, text) {
      await db.update(feedback).set({ text, editedAt: sql`grace.now()` }).where(eq(feedback.id, id))
    },
    async remove(id) {
      await db.update(feedback).set({ text: '', deletedAt: sql`grace.now()` }).where(eq(feedback.id, id))
    },
  }
}

/** Ids of the missions that a changed policy concerns. */
export async function missionsUnderVote(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: missions.id })
    .from(missions)
    .where(inArray(missions.phase, ['discussion', 'consensus']))
  return rows.map((row) => row.id)
}
