// Brings the schema up to date as the migrator, whose connection is closed before anything else starts.
import { readFile } from 'node:fs/promises'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import type postgres from 'postgres'
import { connect } from './login.ts'
import type { Logins } from './roles.ts'

const here = (path: string): string => new URL(path, import.meta.url).pathname

/** `asMigrator` runs last, on the same connection: what only the migrator may write (db/configuration.ts). */
export async function migrateDatabase(
  logins: Logins,
  asMigrator: (sql: postgres.Sql) => Promise<void> = async () => {},
): Promise<void> {
  const sql = connect(logins.migrator, { name: 'grace-migrator' })
  try {
    await sql`select pg_advisory_lock(7302)`
    await migrate(drizzle(sql), {
      migrationsFolder: here('./migrations'),
      migrationsSchema: 'grace_migrations',
    })
    const grants = await readFile(here('./grants.sql'), 'utf8')
    const quote = (name: string) => JSON.stringify(name)
    await sql.unsafe(
      grants.replaceAll(':app', quote(logins.app.user)).replaceAll(':executor', quote(logins.executor.user)),
    )
    await asMigrator(sql)
  } finally {
    await sql.end()
  }
}
