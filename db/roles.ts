// The logins: a migrator that owns everything, the app, the executor, and one for the job queue's own schema.
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { connect, type Login } from './login.ts'

export interface Passwords {
  readonly migrator: string
  readonly app: string
  readonly executor: string
  readonly jobs: string
}

export interface Logins {
  readonly migrator: Login
  readonly app: Login
  readonly executor: Login
  readonly jobs: Login
}

export const JOBS_SCHEMA = 'grace_jobs'

/** duplicate_database, and the unique_violation that two at the same moment get. */
const ALREADY_THERE = new Set(['42P04', '23505'])

/** Creates the database where it is missing. */
export async function ensureDatabase(admin: Login, database: string): Promise<void> {
  const sql = connect(admin, { name: 'grace-bootstrap' })
  try {
    const [found] = await sql`select from pg_database where datname = ${database}`
    if (!found)
      await sql`create database ${sql(database)}`.catch((error: { code?: string }) => {
        // Another process of the same start was faster.
        if (!ALREADY_THERE.has(error.code ?? '')) throw error
      })
  } finally {
    await sql.end()
  }
}

/** internal_error ("tuple concurrently updated"), duplicate_object, unique_violation. */
const CHANGED_BY_ANOTHER = new Set(['XX000', '42710', '23505'])
const MOST_TRIES = 20

/**
 * Roles belong to the whole server, and an advisory lock to one database: where several Graces of one server start at
 * the same time, one of them is told that another changed the role meanwhile.
 */
async function whileOthersStart(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!CHANGED_BY_ANOTHER.has((error as { code?: string }).code ?? '') || tries === MOST_TRIES)
        throw error
      await sleep(50 * Math.random())
    }
}

async function ensureRole(sql: postgres.Sql, login: Login): Promise<void> {
  const [found] = await sql`select from pg_roles where rolname = ${login.user}`
  // Utility statements take no parameters: the password goes in as a quoted literal that PostgreSQL itself quotes.
  const [quoted] = await sql`select quote_literal(${login.password}) as password`
  const verb = found ? 'alter' : 'create'
  await sql.unsafe(
    `${verb} role ${JSON.stringify(login.user)} login nosuperuser nocreatedb nocreaterole password ${quoted?.password}`,
  )
}

/**
 * Creates or renews the four logins and gives the migrator room to build in. `app` is taken as it is when the
 * operator names one (DATABASE_URL): it is created if missing, never altered.
 */
export async function ensureLogins(admin: Login, passwords: Passwords, app?: Login): Promise<Logins> {
  const as = (user: string, password: string): Login => ({ ...admin, user, password })
  const logins: Logins = {
    migrator: as('grace_migrator', passwords.migrator),
    app: app ?? as('grace_app', passwords.app),
    executor: as('grace_executor', passwords.executor),
    jobs: as('grace_jobs', passwords.jobs),
  }
  const sql = connect(admin, { name: 'grace-bootstrap' })
  try {
    // One bootstrap of this database at a time: two processes that start together would race on its schema.
    await sql`select pg_advisory_lock(7301)`
    await whileOthersStart(async () => {
      for (const login of [logins.migrator, logins.executor, logins.jobs]) await ensureRole(sql, login)
      const [known] = await sql`select from pg_roles where rolname = ${logins.app.user}`
      if (!app || !known) await ensureRole(sql, logins.app)
      // BullMQ says CREATE SCHEMA IF NOT EXISTS, for which PostgreSQL asks CREATE even where the schema is there.
      await sql`grant create, connect on database ${sql(admin.database)} to grace_migrator, grace_jobs`
      await sql`grant connect on database ${sql(admin.database)} to ${sql(logins.app.user)}, grace_executor`
    })
    const [jobs] = await sql`select from pg_namespace where nspname = ${JOBS_SCHEMA}`
    if (!jobs) {
      await sql`create schema ${sql(JOBS_SCHEMA)}`
      await sql`alter schema ${sql(JOBS_SCHEMA)} owner to grace_jobs`
    }
  } finally {
    await sql.end()
  }
  return logins
}
