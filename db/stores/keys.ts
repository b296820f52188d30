// Grace's public keys. Only the migrator writes them.
import type { KeyRecord } from '../../src/keys/key.ts'
import { type Db, databaseNow } from '../client.ts'
import { and, asc, eq, isNull, sql } from '../drizzle.ts'
import { keys } from '../schema/index.ts'

export async function keysOn(db: Db): Promise<{ readonly keys: readonly KeyRecord[]; readonly now: Date }> {
  const rows = await db.select().from(keys).orderBy(asc(keys.purpose), asc(keys.since))
  return {
    keys: rows.map(({ publicKey, purpose, name: _name, ...row }) => ({
      ...row,
      purpose: purpose as KeyRecord['purpose'],
      publicKey: new Uint8Array(Buffer.from(publicKey, 'base64')),
    })),
    now: await databaseNow(db),
  }
}

/** From `after` (an interval of PostgreSQL's) on it vouches for nothing. */
export async function expireKey(db: Db, id: string, after: string): Promise<void> {
  await db
    .update(keys)
    .set({ notAfter: sql`least(${keys.notAfter}, grace.now() + ${after}::interval)` })
    .where(eq(keys.id, id))
}

/** Its purpose; undefined where there is no such key. The first revocation stands. */
export async function revokeKey(db: Db, id: string): Promise<string | undefined> {
  await db
    .update(keys)
    .set({ revokedAt: sql`grace.now()` })
    .where(and(eq(keys.id, id), isNull(keys.revokedAt)))
  const [row] = await db.select({ purpose: keys.purpose }).from(keys).where(eq(keys.id, id))
  return row?.purpose
}
