import { and, asc, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import type { OutstandingEffects } from '../../src/kernel/outstanding.ts'
import type { Db } from '../client.ts'
import { outbox } from '../schema/index.ts'

const ahead = (ms: number) => sql<Date>`grace.now() + ${`${ms} milliseconds`}::interval`

export function outstandingOn(db: Db): OutstandingEffects {
  const open = and(isNull(outbox.doneAt), isNull(outbox.givenUpAt))
  const free = or(isNull(outbox.leasedUntil), lt(outbox.leasedUntil, sql`grace.now()`))
  const due = and(open, free, lte(outbox.notBefore, sql`grace.now()`))
  const held = (id: number, holder: string) => and(eq(outbox.id, id), eq(outbox.leaseHolder, holder), open)
  return {
    async due(limit, kinds) {
      return db
        .select({ id: outbox.id, kind: outbox.kind, attempts: outbox.attempts })
        .from(outbox)
        .where(and(due, kinds && inArray(outbox.kind, [...kinds])))
        .orderBy(asc(outbox.id))
        .limit(limit)
    },
    async lease(id, holder, ms) {
      const [row] = await db
        .update(outbox)
        .set({ leaseHolder: holder, leasedUntil: ahead(ms), key: null })
        .where(and(eq(outbox.id, id), due))
        .returning()
      return row
    },
    async renew(id, holder, ms) {
      const rows = await db
        .update(outbox)
        .set({ leasedUntil: ahead(ms) })
        .where(held(id, holder))
        .returning({ id: outbox.id })
      return rows.length > 0
    },
    async done(id, holder) {
      await db.update(outbox).set({ doneAt: sql`grace.now()`, leasedUntil: null }).where(held(id, holder))
    },
    async retry(id, holder, error, afterMs) {
      await db
        .update(outbox)
        .set({
          attempts: sql`${outbox.attempts} + 1`,
          lastError: error,
          leasedUntil: null,
          leaseHolder: null,
          notBefore: ahead(afterMs),
        })
        .where(held(id, holder))
    },
    async giveUp(id, holder, error) {
      await db
        .update(outbox)
        .set({
          attempts: sql`${outbox.attempts} + 1`,
          lastError: error,
          givenUpAt: sql`grace.now()`,
          leasedUntil: null,
        })
        .where(held(id, holder))
    },
    async tidy(olderThanMs) {
      await db.delete(outbox).where(lt(outbox.doneAt, ahead(-olderThanMs)))
    },
  }
}
