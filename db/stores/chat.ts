import type { Accounts } from '../../src/chat/accounts.ts'
import type { CardKey, CardRecord, Cards, Posts } from '../../src/chat/card-record.ts'
import type { Click, Inbox } from '../../src/chat/inbox.ts'
import type { LinkCodes } from '../../src/chat/link-accounts.ts'
import type { Platform } from '../../src/chat/person.ts'
import type { Vote } from '../../src/parliament/tally.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, gt, isNotNull, isNull, lt, lte, or, sql } from '../drizzle.ts'
import { accounts, cards, inbox, linkCodes, members, posts } from '../schema/index.ts'
import { ahead, now } from './time.ts'

export function inboxOn(db: Db): Inbox {
  const clickOf = (row: typeof inbox.$inferSelect) => ({
    ...row,
    platform: row.platform as Platform,
    vote: row.vote as Vote,
    settled: row.outcome === null ? null : { outcome: row.outcome, sentence: row.sentence ?? '' },
  })
  return {
    async record(click: Click) {
      const rows = await db
        .insert(inbox)
        .values({ ...click, receivedAt: now })
        .onConflictDoNothing()
        .returning({ key: inbox.key })
      return rows.length > 0
    },
    async lock(key) {
      const [row] = await db.select().from(inbox).where(eq(inbox.key, key)).for('update')
      return row && clickOf(row)
    },
    async find(key) {
      const [row] = await db.select().from(inbox).where(eq(inbox.key, key))
      return row && clickOf(row)
    },
    async settle(key, settled) {
      await db
        .update(inbox)
        .set({ ...settled, settledAt: now })
        .where(eq(inbox.key, key))
    },
    async told(key) {
      await db.update(inbox).set({ toldAt: now }).where(eq(inbox.key, key))
    },
  }
}

export function accountsOn(db: Db): Accounts {
  const standing = isNull(accounts.until)
  const is = (platform: string, account: string) =>
    and(eq(accounts.platform, platform), eq(accounts.account, account))
  return {
    async memberOf({ platform, account }, at) {
      const [row] = await db
        .select({ id: members.id, name: members.name })
        .from(accounts)
        .innerJoin(members, and(eq(members.id, accounts.member), members.active))
        .where(
          and(
            is(platform, account),
            // A link that has ended counts for nothing any more, whenever the session was opened.
            standing,
            or(eq(accounts.source, 'config'), lte(accounts.since, at ?? now)),
          ),
        )
        // A link goes before what grace.yaml says, the newer before the older.
        .orderBy(desc(accounts.source), desc(accounts.since))
        .limit(1)
      return row
    },
    async sameHuman(member) {
      const rows = await db.execute<{ member: string }>(sql`
        select distinct b.member from grace.accounts a
        join grace.accounts b on b.platform = a.platform and b.account = a.account and b.member <> a.member
        where a.member = ${member} and a.until is null and b.until is null`)
      return rows.map((row) => row.member)
    },
    async standing(member) {
      const rows = await db
        .select()
        .from(accounts)
        .where(and(eq(accounts.member, member), standing))
        .orderBy(accounts.number)
      return rows.map(({ platform, account, name, source }) => ({
        platform: platform as Platform,
        account,
        name,
        source: source as 'config' | 'link',
      }))
    },
    async link(person, member) {
      await db
        .update(accounts)
        .set({ until: now })
        .where(and(is(person.platform, person.account), eq(accounts.source, 'link'), standing))
      await db.insert(accounts).values({ ...person, member, source: 'link', since: now })
    },
    async unlink({ platform, account }) {
      const rows = await db
        .update(accounts)
        .set({ until: now })
        .where(and(is(platform, account), eq(accounts.source, 'link'), standing))
        .returning({ number: accounts.number })
      return rows.length > 0
    },
  }
}

export function linkCodesOn(db: Db): LinkCodes {
  return {
    async issue(code, lifeMs) {
      // One code at a time: an older one of the same person ends.
      await db
        .update(linkCodes)
        .set({ endedAt: now })
        .where(and(eq(linkCodes.member, code.member), isNull(linkCodes.endedAt)))
      await db.insert(linkCodes).values({ ...code, expiresAt: ahead(lifeMs) })
    },
    async open(digest) {
      const [row] = await db
        .select()
        .from(linkCodes)
        .where(and(eq(linkCodes.digest, digest), isNull(linkCodes.endedAt), gt(linkCodes.expiresAt, now)))
        .for('update')
      return row
    },
    async redeem(digest, redeemer) {
      await db.update(linkCodes).set({ redeemer }).where(eq(linkCodes.digest, digest))
    },
    async end(digest) {
      await db.update(linkCodes).set({ endedAt: now }).where(eq(linkCodes.digest, digest))
    },
  }
}

export function cardsOn(db: Db): Cards {
  const at = ({ mission, platform, channel }: CardKey) =>
    and(eq(cards.mission, mission), eq(cards.platform, platform), eq(cards.channel, channel))
  const recordOf = (row: typeof cards.$inferSelect): CardRecord => ({
    ...row,
    platform: row.platform as Platform,
  })
  return {
    async lease(key, ms) {
      await db.insert(cards).values(key).onConflictDoNothing()
      const [row] = await db
        .update(cards)
        .set({ busyUntil: ahead(ms) })
        .where(and(at(key), or(isNull(cards.busyUntil), lt(cards.busyUntil, now))))
        .returning()
      return row && recordOf(row)
    },
    async renew(key, ms) {
      await db
        .update(cards)
        .set({ busyUntil: ahead(ms) })
        .where(and(at(key), isNotNull(cards.busyUntil)))
    },
    async save({ mission, platform, channel, message, thread, chart, attemptedAt, digest, trouble }) {
      await db
        .update(cards)
        .set({ message, thread, chart, attemptedAt, digest, trouble, editedAt: now })
        .where(at({ mission, platform, channel }))
    },
    async release(key) {
      await db.update(cards).set({ busyUntil: null }).where(at(key))
    },
    async find(key) {
      const [row] = await db.select().from(cards).where(at(key))
      return row && recordOf(row)
    },
    async ofThread(platform, channel, thread) {
      const [row] = await db
        .select()
        .from(cards)
        .where(
          and(
            eq(cards.platform, platform),
            platform === 'slack'
              ? and(eq(cards.channel, channel), eq(cards.message, thread))
              : or(eq(cards.thread, thread), eq(cards.message, thread)),
          ),
        )
      return row && recordOf(row)
    },
  }
}

export function postsOn(db: Db): Posts {
  return {
    async attempt(key) {
      const rows = await db
        .insert(posts)
        .values({ key, attemptedAt: now })
        .onConflictDoNothing()
        .returning({ key: posts.key })
      if (rows.length > 0) return 'new'
      const [row] = await db.select().from(posts).where(eq(posts.key, key))
      return row?.message ? 'done' : 'again'
    },
    async done(key, message) {
      await db.update(posts).set({ message }).where(eq(posts.key, key))
    },
  }
}
