import type { Execution, ExecutionState, Executions } from '../../src/execution/execution.ts'
import type { Freezes } from '../../src/mission/context.ts'
import type { CoverageReadings } from '../../src/monitoring/samples.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, isNull, sql } from '../drizzle.ts'
import { capas, coverageReadings, executions, freezes, outbox, outcomes, rollbacks } from '../schema/index.ts'

const executionOf = (row: typeof executions.$inferSelect): Execution => ({
  ...row,
  state: row.state as ExecutionState,
})

export function executionsOn(db: Db): Executions {
  const byId = (id: string) => db.select().from(executions).where(eq(executions.id, id))
  return {
    async unlock(execution) {
      await db.insert(executions).values({ ...execution, state: 'unlocked', unlockedAt: sql`grace.now()` })
    },
    async find(id) {
      const [row] = await byId(id)
      return row && executionOf(row)
    },
    async ofMission(mission) {
      const [row] = await db
        .select()
        .from(executions)
        .where(eq(executions.mission, mission))
        .orderBy(desc(executions.unlockedAt))
        .limit(1)
      return row && executionOf(row)
    },
    async rollbackIsDue(id) {
      const rows = await db
        .select({ id: outbox.id })
        .from(outbox)
        .where(
          and(
            eq(outbox.kind, 'roll-back'),
            sql`${outbox.payload}->>'execution' = ${id}`,
            isNull(outbox.doneAt),
            isNull(outbox.givenUpAt),
          ),
        )
        .limit(1)
      return rows.length > 0
    },
    async lock(id) {
      const [row] = await byId(id).for('update')
      return row && executionOf(row)
    },
    async save({ id, state, previousRevision, revision, deployedAt, watchUntil, finishedAt }) {
      await db
        .update(executions)
        .set({ state, previousRevision, revision, deployedAt, watchUntil, finishedAt })
        .where(eq(executions.id, id))
    },
    async beginRollback(rollback) {
      const rows = await db
        .insert(rollbacks)
        .values({ ...rollback, startedAt: sql`grace.now()` })
        .onConflictDoNothing()
        .returning()
      return rows.length > 0
    },
    async rollbackOf(mission) {
      const [row] = await db.select().from(rollbacks).where(eq(rollbacks.mission, mission))
      return row
    },
    async endRollback(mission, verified) {
      await db
        .update(rollbacks)
        .set({ verified, finishedAt: sql`grace.now()` })
        .where(eq(rollbacks.mission, mission))
    },
    async freeze(target, reason) {
      // Over a pause of people's: what has to be looked at is what they read before they lift it.
      await db
        .insert(freezes)
        .values({ target, reason, since: sql`grace.now()` })
        .onConflictDoUpdate({ target: freezes.target, set: { reason } })
    },
    async openCapa(capa) {
      const [row] = await db
        .insert(capas)
        .values({ ...capa, state: 'open', openedAt: sql`grace.now()` })
        .returning()
      return row!.number
    },
    async recordOutcome(outcome) {
      await db.insert(outcomes).values({ ...outcome, at: sql`grace.now()` })
    },
  }
}

export function coverageOn(db: Db): CoverageReadings {
  return {
    async latest(target) {
      const [row] = await db
        .select()
        .from(coverageReadings)
        .where(eq(coverageReadings.target, target))
        .orderBy(desc(coverageReadings.at))
        .limit(1)
      return row
    },
    async add(target, { commit, percent, uncovered }) {
      await db
        .insert(coverageReadings)
        .values({ target, commit, percent, uncovered: [...uncovered], at: sql`grace.now()` })
        .onConflictDoNothing()
    },
  }
}

export function freezesOn(db: Db): Freezes {
  return {
    async set(target, reason) {
      const rows = await db
        .insert(freezes)
        .values({ target, reason, since: sql`grace.now()` })
        .onConflictDoNothing()
        .returning()
      return rows.length > 0
    },
    async lift(target) {
      return (await db.delete(freezes).where(eq(freezes.target, target)).returning()).length > 0
    },
  }
}
