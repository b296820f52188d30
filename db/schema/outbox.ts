import type { Json } from '../../src/kernel/digest.ts'
import { bigint, index, integer, sql, text, uniqueIndex } from '../drizzle.ts'
import { at, grace, json } from './grace.ts'

/** What must follow a commit. The rows are the truth; the queue only carries them. */
export const outbox = grace.table(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().notNull(),
    payload: json<Record<string, Json>>('payload').notNull(),
    key: text(),
    notBefore: at('not_before').notNull(),
    createdAt: at('created_at').notNull(),
    /** The worker that carries it out, until then: a dead worker's lease runs out. */
    leasedUntil: at('leased_until'),
    leaseHolder: text('lease_holder'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    doneAt: at('done_at'),
    givenUpAt: at('given_up_at'),
  },
  (t) => [
    index('outbox_due').on(t.notBefore).where(sql`${t.doneAt} is null and ${t.givenUpAt} is null`),
    uniqueIndex('outbox_key').on(t.key).where(sql`${t.doneAt} is null and ${t.givenUpAt} is null`),
  ],
)
