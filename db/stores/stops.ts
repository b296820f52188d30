import type { Stops } from '../../src/mission/stop.ts'
import type { Db } from '../client.ts'
import { eq, isNull, sql } from '../drizzle.ts'
import { members, stopLifts, stops } from '../schema/index.ts'

export function stopsOn(db: Db): Stops {
  return {
    async current() {
      const [row] = await db
        .select({
          id: stops.id,
          by: sql<string>`coalesce(${members.name}, ${stops.member})`,
          reason: stops.reason,
          since: stops.begunAt,
        })
        .from(stops)
        .leftJoin(members, eq(members.id, stops.member))
        .where(isNull(stops.liftedAt))
      return row
    },
    async begin(id, member, reason) {
      const rows = await db
        .insert(stops)
        .values({ id, member, reason, begunAt: sql`grace.now()` })
        .onConflictDoNothing()
        .returning({ id: stops.id })
      return rows.length > 0
    },
    async lift(id, member) {
      // Whoever says it at the same moment waits here, and then counts both.
      const [stop] = await db.select().from(stops).where(eq(stops.id, id)).for('update')
      await db.insert(stopLifts).values({ stop: id, member, at: sql`grace.now()` }).onConflictDoNothing()
      const [row] = await db.execute<{ said: number; voters: number }>(
        sql`select * from grace.lifting(${id})`,
      )
      const needed = Math.floor(row!.voters / 2) + 1
      const isLifted = row!.said >= needed
      if (isLifted && stop?.liftedAt === null)
        await db.update(stops).set({ liftedAt: sql`grace.now()` }).where(eq(stops.id, id))
      return { said: row!.said, needed, isLifted }
    },
    async drill() {
      const [row] = await db.execute<{ works: boolean }>(sql`select grace.drill_stop() as works`)
      return row!.works
    },
  }
}
