import { bigint, sql, text, uniqueIndex } from '../drizzle.ts'
import { members } from './configuration.ts'
import { at, grace } from './grace.ts'

/** A member has one that stands; only the migrator, at the terminal, forgets it. */
export const passkeys = grace.table(
  'passkeys',
  {
    /** Credential id, base64url. */
    id: text().primaryKey(),
    member: text()
      .notNull()
      .references(() => members.id),
    /** COSE key, base64url. */
    publicKey: text('public_key').notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    /** Host that it was made for (RP ID). */
    site: text().notNull(),
    createdAt: at('created_at').notNull(),
    lastUsedAt: at('last_used_at'),
    forgottenAt: at('forgotten_at'),
  },
  (t) => [uniqueIndex('passkeys_member').on(t.member).where(sql`${t.forgottenAt} is null`)],
)

/** What a browser was asked; deleted when it is answered. */
export const challenges = grace.table('challenges', {
  /** 32 bytes, base64url. */
  challenge: text().primaryKey(),
  member: text().notNull(),
  /** Null where a passkey is made. */
  session: text(),
  nonce: text().notNull(),
  expiresAt: at('expires_at').notNull(),
})
