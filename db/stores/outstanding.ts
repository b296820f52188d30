import type { Due, OutstandingEffects } from '../../src/kernel/outstanding.ts'
import type { Db } from '../client.ts'
import { and, asc, eq, isNull, lt, lte, or, sql } from '../drizzle.ts'
import { outbox } from '../schema/index.ts'
import { ahead } from './time.ts'

const PATIENT_ATTEMPTS = 20

export function outstandingOn(db: Db): OutstandingEffects {
  const open = and(isNull(outbox.doneAt), isNull(outbox.givenUpAt))
  const free = or(isNull(outbox.leasedUntil), lt(outbox.leasedUntil, sql`grace.now()`))
  // What people read is said in the order in which it happened; a line that can't be said holds up the others for
  // minutes, not for ever.
  const first = sql`(
    (${outbox.kind} <> 'announce' and ${outbox.kind} not like 'say:%') or not exists (
      select 1 from grace.outbox as earlier
      where earlier.id < ${outbox.id} and earlier.done_at is null and earlier.given_up_at is null
        and earlier.kind = ${outbox.kind} and earlier.attempts < ${PATIENT_ATTEMPTS}
        and earlier.payload->>'mission' = ${outbox.payload}->>'mission'
        and earlier.payload->>'channel' is not distinct from ${outbox.payload}->>'channel'))`
  const due = and(open, free, first, lte(outbox.notBefore, sql`grace.now()`))
  const held = (id: number, holder: string) => and(eq(outbox.id, id), eq(outbox.leaseHolder, holder), open)
  return {
    async dueOfEach(groups, limit) {
      const rows = await db.execute<Due & Record<string, unknown>>(sql`
        select row.id::int, row.kind, row.attempts
        from jsonb_array_elements(${JSON.stringify(groups)}::text::jsonb) as share(kinds)
        cross join lateral (
          select id, kind, attempts from grace.outbox
          where ${due} and share.kinds ? kind
          order by id limit ${limit}
        ) as row`)
      return [...rows]
    },
    async due(limit) {
      return db
        .select({ id: outbox.id, kind: outbox.kind, attempts: outbox.attempts })
        .from(outbox)
        .where(due)
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
