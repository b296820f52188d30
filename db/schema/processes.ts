import { text } from '../drizzle.ts'
import { at, grace, json } from './grace.ts'

/** Every Grace process that works on this database, as it said last. */
export const processes = grace.table('processes', {
  id: text().primaryKey(),
  /** up, web, bot or worker. */
  role: text().notNull(),
  version: text().notNull(),
  host: text().notNull(),
  /** Part → what it says of itself. */
  parts: json<Record<string, string>>('parts').notNull(),
  startedAt: at('started_at').notNull(),
  seenAt: at('seen_at').notNull(),
})
