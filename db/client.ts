// One login's connections, and the transactions that verbs run in.
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import type { ChatStores } from '../src/chat/stores.ts'
import { drizzle, sql } from './drizzle.ts'
import { type ConnectOptions, connect, type Login } from './login.ts'
import { refusalOf, sqlStateOf } from './refusals.ts'
import * as schema from './schema/index.ts'
import { storesOn } from './stores/index.ts'

/** A transaction, or the connections themselves. */
export type Db = Pick<
  PostgresJsDatabase<typeof schema>,
  'select' | 'selectDistinctOn' | 'insert' | 'update' | 'delete' | 'execute'
>

export interface Client {
  /** Every store, in one READ COMMITTED transaction. */
  transact<T>(change: (stores: ChatStores) => Promise<T>): Promise<T>
  readonly db: PostgresJsDatabase<typeof schema>
  readonly sql: postgres.Sql
  close(): Promise<void>
}

const DEADLOCK = '40P01'
const DEADLOCK_ATTEMPTS = 4

export function openClient(login: Login, options: ConnectOptions): Client {
  const connection = connect(login, options)
  const db = drizzle(connection, { schema })
  return {
    db,
    sql: connection,
    transact: async (change) => {
      for (let attempt = 1; ; attempt++)
        try {
          return await db.transaction((tx) => change(storesOn(tx)), { isolationLevel: 'read committed' })
        } catch (error) {
          // Two that locked the same rows in another order: PostgreSQL undid one of them, and it is simply done again.
          if (attempt < DEADLOCK_ATTEMPTS && sqlStateOf(error) === DEADLOCK) continue
          throw refusalOf(error)
        }
    },
    close: () => connection.end({ timeout: 5 }),
  }
}

/** The one clock. */
export async function databaseNow(db: Db): Promise<Date> {
  const [row] = await db.execute<{ now: string | Date }>(sql`select grace.now() as now`)
  return new Date(row!.now)
}
