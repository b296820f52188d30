// Brings the schema up to date as the migrator, whose connection is closed before anything else starts.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type postgres from 'postgres'
import { Refusal } from '../src/kernel/refusal.ts'
import { drizzle, migrate } from './drizzle.ts'
import { connect } from './login.ts'
import type { Logins } from './roles.ts'

interface Journal {
  readonly entries: readonly { readonly when: number }[]
}
const journal = JSON.parse(
  readFileSync(new URL('./migrations/meta/_journal.json', import.meta.url), 'utf8'),
) as Journal

/** Of the newest migration that this Grace has. */
export const schemaVersion = (): number => Math.max(...journal.entries.map((entry) => entry.when))

/** A newer Grace was here: what it added is unknown to this one, and its grants would be taken back. */
async function mustNotBeNewer(sql: postgres.Sql): Promise<void> {
  const [table] = await sql`select to_regclass('grace_migrations.__drizzle_migrations') as found`
  if (table?.found === null) return
  const [row] = await sql`select max(created_at)::float8 as newest from grace_migrations.__drizzle_migrations`
  if (Number(row?.newest ?? 0) > schemaVersion())
    throw new Refusal(
      'conflict',
      'schema_newer',
      'A newer Grace has migrated this database.',
      'Start that version; an older one runs on until it is stopped, and can’t be started again.',
    )
}

const here = (path: string): string => new URL(path, import.meta.url).pathname

/** `asMigrator` runs last, on the same connection: what only the migrator may write (db/configuration.ts). */
export async function migrateDatabase(
  logins: Logins,
  asMigrator: (sql: postgres.Sql) => Promise<void> = async () => {},
): Promise<void> {
  const sql = connect(logins.migrator, { name: 'grace-migrator' })
  try {
    await sql`select pg_advisory_lock(7302)`
    await mustNotBeNewer(sql)
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
