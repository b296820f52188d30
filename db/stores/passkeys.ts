import type { Passkeys } from '../../src/parliament/passkey.ts'
import type { Db } from '../client.ts'
import { and, eq, isNull, lt, sql } from '../drizzle.ts'
import { challenges, passkeys } from '../schema/index.ts'

export function passkeysOn(db: Db): Passkeys {
  return {
    async of(member) {
      const [row] = await db
        .select()
        .from(passkeys)
        .where(and(eq(passkeys.member, member), isNull(passkeys.forgottenAt)))
      return row
    },
    async insert({ id, member, publicKey, counter, transports, site }) {
      const made = await db
        .insert(passkeys)
        .values({
          id,
          member,
          publicKey,
          counter,
          transports: [...transports],
          site,
          createdAt: sql`grace.now()`,
        })
        .onConflictDoNothing()
        .returning({ id: passkeys.id })
      return made.length > 0
    },
    async used(id, counter) {
      await db.update(passkeys).set({ counter, lastUsedAt: sql`grace.now()` }).where(eq(passkeys.id, id))
    },
    async ask(challenge, lifeMs) {
      await db.delete(challenges).where(lt(challenges.expiresAt, sql`grace.now()`))
      const expiresAt = sql`grace.now() + ${`${lifeMs} milliseconds`}::interval`
      await db.insert(challenges).values({ ...challenge, expiresAt })
    },
    async answered(challenge) {
      const [row] = await db
        .delete(challenges)
        .where(eq(challenges.challenge, challenge))
        .returning({
          challenge: challenges.challenge,
          member: challenges.member,
          session: challenges.session,
          nonce: challenges.nonce,
          inTime: sql<boolean>`${challenges.expiresAt} > grace.now()`,
        })
      if (!row?.inTime) return undefined
      const { inTime: _inTime, ...asked } = row
      return asked
    },
  }
}

/** Whether there was one. Only the migrator may. */
export async function forgetPasskey(db: Db, member: string): Promise<boolean> {
  const forgotten = await db
    .update(passkeys)
    .set({ forgottenAt: sql`grace.now()` })
    .where(and(eq(passkeys.member, member), isNull(passkeys.forgottenAt)))
    .returning({ id: passkeys.id })
  return forgotten.length > 0
}
