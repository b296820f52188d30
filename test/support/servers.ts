// A real PostgreSQL and, where it is installed, a real Redis for the tests; started once, gone afterwards.
import { access, chmod, constants, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../adapters/embedded/postgres.ts'
import { openDirectories } from '../../adapters/state/directories.ts'
import { accepts, connect, type Login } from '../../db/login.ts'
import { migrateDatabase } from '../../db/migrate.ts'
import { ensureDatabase, ensureLogins, type Passwords } from '../../db/roles.ts'
import { startRedis } from './redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    admin: Login
    passwords: Passwords
    /** Undefined where no Redis is installed. */
    redis: string | undefined
    /** Where tests keep what they share; gone afterwards. */
    shared: string
  }
}

export const TEMPLATE = 'grace_template'
const PASSWORDS: Passwords = { migrator: 'migrator', app: 'app', executor: 'executor', jobs: 'jobs' }

export interface Servers {
  readonly admin: Login
  readonly passwords: Passwords
  readonly redis: string | undefined
  readonly shared: string
  stop(): Promise<void>
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { admin, passwords, redis, shared, stop } = await startServers()
  project.provide('admin', admin)
  project.provide('passwords', passwords)
  project.provide('redis', redis)
  project.provide('shared', shared)
  return stop
}

/** In memory where there is room: a copy of the template takes 20 ms there, 400 ms on a disk. */
async function placeForServers(): Promise<string> {
  const memory = '/dev/shm'
  const isRoomy = async (): Promise<boolean> => {
    await access(memory, constants.W_OK)
    const { bavail, bsize } = await statfs(memory)
    return bavail * bsize > 4 * 1024 ** 3
  }
  return (await isRoomy().catch(() => false)) ? memory : tmpdir()
}

export async function startServers(): Promise<Servers> {
  const state = await mkdtemp(join(await placeForServers(), 'grace-test-'))
  await chmod(state, 0o755)
  const directories = await openDirectories(join(state, 'grace'))
  const server = await startEmbeddedPostgres(directories, 'admin', accepts, {
    max_connections: '200',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  })
  await makeTemplate(server.admin)
  const redis = await startRedis(state)
  if (!redis && process.env.CI === 'true')
    throw new Error('CI=true and redis-server is not installed: nothing may be skipped')
  if (!redis)
    process.stdout.write(
      'Not run here: tests on Redis (redis-server is not installed: sudo apt-get install redis-server)\n',
    )
  return {
    admin: server.admin,
    passwords: PASSWORDS,
    redis: redis?.url,
    shared: state,
    async stop() {
      redis?.stop()
      await server.stop()
      await rm(state, { recursive: true, force: true })
    },
  }
}

/** Migrated once; each test file copies it. Its clock is the one that tests may shift. */
async function makeTemplate(admin: Login): Promise<void> {
  await ensureDatabase(admin, TEMPLATE)
  const template = { ...admin, database: TEMPLATE }
  const logins = await ensureLogins(template, PASSWORDS)
  await migrateDatabase(logins)
  const sql = connect(template, { name: 'test-setup' })
  await sql.unsafe(`
    create schema grace_test;
    create table grace_test.clock (shift interval not null);
    insert into grace_test.clock values ('0');
    grant usage on schema grace_test to public;
    grant select on grace_test.clock to public;
    create or replace function grace.now() returns timestamptz language sql volatile
      set search_path = pg_catalog as 'select clock_timestamp() + (select shift from grace_test.clock)';
  `)
  await sql.end()
}
