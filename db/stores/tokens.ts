import type { TokenKind, TokenRecord, Tokens } from '../../src/access/token.ts'
import type { Scope } from '../../src/kernel/actor.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, gt, isNull, ne, or, sql } from '../drizzle.ts'
import { members, tokens } from '../schema/index.ts'
import { ahead, now } from './time.ts'

const recordOf = (row: typeof tokens.$inferSelect): TokenRecord => ({
  ...row,
  kind: row.kind as TokenKind,
  scopes: row.scopes as Scope[],
})

export function tokensOn(db: Db): Tokens {
  return {
    async insert({ lifeMs, ...token }) {
      await db.insert(tokens).values({
        ...token,
        scopes: [...token.scopes],
        createdAt: sql`grace.now()`,
        expiresAt: ahead(lifeMs),
      })
    },
    async byHash(hash) {
      const [row] = await db
        .select({
          token: tokens,
          name: members.name,
          memberActive: members.active,
          active: sql<boolean>`${tokens.expiresAt} > grace.now()`,
          stale: sql<boolean>`${tokens.lastUsedAt} is null or ${tokens.lastUsedAt} < grace.now() - interval '1 minute'`,
        })
        .from(tokens)
        .leftJoin(members, eq(members.id, tokens.member))
        .where(eq(tokens.hash, hash))
      if (!row) return undefined
      if (row.stale)
        await db.update(tokens).set({ lastUsedAt: sql`grace.now()` }).where(eq(tokens.id, row.token.id))
      return {
        ...recordOf(row.token),
        name: row.name ?? row.token.agent ?? '',
        active: row.active,
        memberActive: row.memberActive ?? false,
      }
    },
    async list() {
      const live = and(eq(tokens.kind, 'session'), isNull(tokens.revokedAt), gt(tokens.expiresAt, now))
      const rows = await db
        .select()
        .from(tokens)
        .where(or(eq(tokens.kind, 'api'), live))
        .orderBy(desc(tokens.createdAt))
      return rows.map(recordOf)
    },
    async revoke(id) {
      const rows = await db
        .update(tokens)
        .set({ revokedAt: sql`grace.now()` })
        .where(eq(tokens.id, id))
        .returning({ id: tokens.id })
      return rows.length > 0
    },
    async use(hash) {
      const [row] = await db
        .update(tokens)
        .set({ revokedAt: now })
        .where(
          and(
            eq(tokens.hash, hash),
            ne(tokens.kind, 'api'),
            isNull(tokens.revokedAt),
            gt(tokens.expiresAt, now),
          ),
        )
        .returning()
      return row && recordOf(row)
    },
    async count() {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(tokens)
        .where(eq(tokens.kind, 'api'))
      return row!.count
    },
  }
}
