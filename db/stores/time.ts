// Time in SQL is one function, which only the test database may shift.
import { sql } from '../drizzle.ts'

export const now = sql`grace.now()`
export const ahead = (ms: number) => sql<Date>`grace.now() + ${`${ms} milliseconds`}::interval`
