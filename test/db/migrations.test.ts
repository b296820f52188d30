// Migrations on databases with rows in them: what was there stays, and an older Grace does not touch a newer schema.
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { drizzle, migrate } from '../../db/drizzle.ts'
import { connect, type Login } from '../../db/login.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import { ensureDatabase, ensureLogins, type Logins } from '../../db/roles.ts'

const MIGRATIONS = new URL('../../db/migrations', import.meta.url).pathname

let [database, logins, root]: [Login, Logins, postgres.Sql] = [] as never
beforeEach(async () => {
  database = { ...inject('admin'), database: `migrated_${randomUUID().replaceAll('-', '')}` }
  await ensureDatabase(inject('admin'), database.database)
  logins = await ensureLogins(database, inject('passwords'))
  root = connect(database, { name: 'test-root' })
})
afterEach(async () => {
  await root.end()
  const admin = connect(inject('admin'), { name: 'test-root' })
  await admin.unsafe(`drop database ${database.database} with (force)`)
  await admin.end()
})

/** As the Grace had it whose newest migration was the `count`th. */
async function migrateTo(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'grace-migrations-'))
  const sql = connect(logins.migrator, { name: 'test-migrator' })
  try {
    cpSync(MIGRATIONS, folder, { recursive: true })
    const file = join(folder, 'meta/_journal.json')
    const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: unknown[] }
    writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }))
    await migrate(drizzle(sql), { migrationsFolder: folder, migrationsSchema: 'grace_migrations' })
  } finally {
    await sql.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('from the Grace that spoke on Slack and Discord (0002)', () => {
  test('missions, candidates and tokens stay, with what is new at rest', async () => {
    await migrateTo(3)
    await root.begin(async (sql) => {
      await sql`set local session_replication_role = 'replica'`
      await sql`
        insert into grace.missions (id, target, title, description, rationale, phase, outcome, reason, held_by, claims, proposer, created_at, updated_at)
        values ('m1', 'shop', 'Old', '', '', 'discussion', null, '', '[]', '[]', '{"kind":"agent","id":"smith"}', now(), now()),
               ('m2', 'shop', 'Older', '', '', 'complete', 'rolled_back', 'It hurt', '[]', '[]', '{"kind":"agent","id":"smith"}', now(), now())`
      await sql`
        insert into grace.candidates (id, mission, revision, base_commit, tree, patch, patch_id, digest, authors, created_at)
        values ('c1', 'm1', 1, 'b', 't', 'p', 'i', 'd', '[]', now())`
      await sql`
        insert into grace.tokens (id, hash, label, scopes, created_at, expires_at)
        values ('k1', 'h', 'first start', '{read}', now(), now() + interval '1 year')`
    })
    await migrateDatabase(logins)
    await migrateDatabase(logins)
    expect(await root`select id, title, phase, outcome, revisions from grace.missions order by id`).toEqual([
      { id: 'm1', title: 'Old', phase: 'discussion', outcome: null, revisions: 0 },
      { id: 'm2', title: 'Older', phase: 'complete', outcome: 'rolled_back', revisions: 0 },
    ])
    expect(await root`select id, patch, refused from grace.candidates`).toEqual([
      { id: 'c1', patch: 'p', refused: null },
    ])
    expect(await root`select id, kind, label from grace.tokens`).toEqual([
      { id: 'k1', kind: 'api', label: 'first start' },
    ])
    const app = connect(logins.app, { name: 'test-app' })
    expect(await app`select grace.is_enforced_for(current_user) as enforced`).toEqual([{ enforced: true }])
    await app.end()
  })
})

test('an older Grace refuses a schema that a newer one has left, and changes nothing', async () => {
  await migrateDatabase(logins)
  await root`
    insert into grace_migrations.__drizzle_migrations (hash, created_at) values ('of a later day', 9999999999999)`
  const grants = () => root`
    select grantee, table_name, privilege_type from information_schema.role_table_grants
    where table_schema = 'grace' order by 1, 2, 3`
  const before = await grants()
  await root`revoke insert on grace.processes from grace_app`
  await expect(migrateDatabase(logins)).rejects.toMatchObject({ code: 'schema_newer' })
  expect((await grants()).length, 'nor are grants given again').toBe(before.length - 1)
})
