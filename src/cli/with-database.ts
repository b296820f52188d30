// For commands that need the database for a moment: the running one, or one started for it and stopped again.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, openClient } from '../../db/client.ts'
import { type Database, type Ground, migrateOnly, openDatabase, openGround, stateOf } from '../compose.ts'
import type { Env } from '../config/env.ts'
import { Refusal } from '../kernel/refusal.ts'

export async function withDatabase<T>(
  env: Env,
  work: (client: Client, ground: Ground, database: Database) => Promise<T>,
): Promise<T> {
  mustBeThere(env)
  const ground = await openGround(env)
  const database = await openDatabase(ground)
  try {
    await migrateOnly(database)
    const client = openClient(database.logins.app, { name: 'grace-command', max: 1 })
    try {
      await mustBeItsOwn(client, ground)
      return await work(client, ground, database)
    } finally {
      await client.close()
    }
  } finally {
    await database.embedded?.stop()
  }
}

/** Who acts at the terminal without being a member. */
export const COMMAND_LINE = { kind: 'grace', id: 'command-line' } as const

/** What the app's own login may not do. */
export async function asOwner<T>({ logins }: Database, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = openClient(logins.migrator, { name: 'grace-owner', max: 1 })
  try {
    return await work(owner)
  } finally {
    await owner.close()
  }
}

/** A mistyped directory is no reason to make a Grace there. */
function mustBeThere(env: Env): void {
  const state = stateOf(env)
  if (env.databaseUrl || existsSync(join(state, 'instance'))) return
  throw new Refusal(
    'not_found',
    'never_started',
    `No Grace was ever started on ${state}.`,
    'Start it first: grace up. If its state is elsewhere, say so: GRACE_STATE_DIR=/path grace …',
  )
}

/** The grace.yaml of this directory and the Grace of that state are two things; here both have to be the same one's. */
async function mustBeItsOwn({ sql }: Client, { config, configFile, directories }: Ground): Promise<void> {
  const known = await sql<{ target: string }[]>`select target from grace.policies where current`
  if (known.length === 0 || known.some(({ target }) => config.targets.has(target))) return
  throw new Refusal(
    'conflict',
    'another_grace',
    `The Grace of ${directories.state} is about ${known.map(({ target }) => target).join(', ')}, and ${configFile} about ${[...config.targets.keys()].join(', ')}.`,
    'Say this in the directory of its grace.yaml, or name the state of the one you mean: GRACE_STATE_DIR=/path grace …',
  )
}
