// The stop: nothing goes live anywhere until people have lifted it by a vote.
import { primaryKey, sql, text, uniqueIndex } from '../drizzle.ts'
import { at, grace } from './grace.ts'

export const stops = grace.table(
  'stops',
  {
    id: text().primaryKey(),
    member: text().notNull(),
    reason: text().notNull(),
    begunAt: at('begun_at').notNull(),
    liftedAt: at('lifted_at'),
  },
  // One at a time.
  (t) => [uniqueIndex('stops_in_force').on(sql`(${t.liftedAt} is null)`).where(sql`${t.liftedAt} is null`)],
)

/** Who has said that it may go on. */
export const stopLifts = grace.table(
  'stop_lifts',
  {
    stop: text()
      .notNull()
      .references(() => stops.id),
    member: text().notNull(),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.stop, t.member] })],
)
