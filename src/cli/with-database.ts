// For commands that need the database for a moment: the running one, or one started for it and stopped again.
import { type Client, openClient } from '../../db/client.ts'
import { type Database, type Ground, migrateOnly, openDatabase, openGround } from '../compose.ts'
import type { Env } from '../config/env.ts'

export async function withDatabase<T>(
  env: Env,
  work: (client: Client, ground: Ground, database: Database) => Promise<T>,
): Promise<T> {
  const ground = await openGround(env)
  const database = await openDatabase(ground)
  try {
    await migrateOnly(database)
    const client = openClient(database.logins.app, { name: 'grace-command', max: 1 })
    try {
      return await work(client, ground, database)
    } finally {
      await client.close()
    }
  } finally {
    await database.embedded?.stop()
  }
}
