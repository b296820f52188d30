// Slack and Discord: who is who, what was clicked, which message shows which mission.
import type { Address } from '../../src/chat/person.ts'
import { bigint, index, primaryKey, sql, text, uniqueIndex } from '../drizzle.ts'
import { members } from './configuration.ts'
import { at, grace, json } from './grace.ts'
import { missions } from './missions.ts'

/** An account of a platform is a member, from `since` to `until`. A link goes before what grace.yaml says. */
export const accounts = grace.table(
  'accounts',
  {
    number: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    platform: text().notNull(),
    /** Slack: `team/user`; Discord: the user's id. */
    account: text().notNull(),
    name: text().notNull(),
    member: text()
      .notNull()
      .references(() => members.id),
    /** `config` or `link`. */
    source: text().notNull(),
    since: at('since').notNull(),
    until: at('until'),
  },
  (t) => [
    index('accounts_member').on(t.member),
    uniqueIndex('accounts_standing').on(t.platform, t.account, t.source).where(sql`${t.until} is null`),
  ],
)

/** A code by which a person on one platform is joined to one on the other. Only its digest is kept. */
export const linkCodes = grace.table('link_codes', {
  digest: text().primaryKey(),
  member: text()
    .notNull()
    .references(() => members.id),
  issuer: json<Address & { name: string }>('issuer').notNull(),
  expiresAt: at('expires_at').notNull(),
  /** Who redeemed it on the other side and confirmed there; the issuer's confirmation makes the link. */
  redeemer: json<Address & { name: string }>('redeemer'),
  endedAt: at('ended_at'),
})

/** Clicks as they came in, keyed by the platform's own id; each ends in one receipt. */
export const inbox = grace.table(
  'inbox',
  {
    key: text().primaryKey(),
    platform: text().notNull(),
    account: text().notNull(),
    name: text().notNull(),
    session: text().notNull(),
    vote: text().notNull(),
    reason: text().notNull(),
    address: json<Address>('address').notNull(),
    clickedAt: at('clicked_at').notNull(),
    receivedAt: at('received_at').notNull(),
    /** What became of it; null while it is not known. */
    outcome: text(),
    sentence: text(),
    settledAt: at('settled_at'),
    /** When the person was told. */
    toldAt: at('told_at'),
  },
  (t) => [index('inbox_session').on(t.session)],
)

/** The one live message of a mission in a channel. */
export const cards = grace.table(
  'cards',
  {
    mission: text()
      .notNull()
      .references(() => missions.id),
    platform: text().notNull(),
    channel: text().notNull(),
    /** Slack: ts; Discord: id. Null until it is known that it was posted. */
    message: text(),
    /** Thread of its replies: the message itself on Slack, the thread's id on Discord. */
    thread: text(),
    chart: json<{ evidence: string; ref: string }>('chart'),
    /** Set before the first post: an answer that was lost is looked for. */
    attemptedAt: at('attempted_at'),
    /** Of what was shown last. */
    digest: text(),
    /** Why it can't be shown, for the doctor and the proposer. */
    trouble: text(),
    busyUntil: at('busy_until'),
    editedAt: at('edited_at'),
  },
  (t) => [
    primaryKey({ columns: [t.mission, t.platform, t.channel] }),
    index('cards_message').on(t.platform, t.channel, t.message),
  ],
)

/** What was said in threads: once for each key. */
export const posts = grace.table('posts', {
  key: text().primaryKey(),
  message: text(),
  attemptedAt: at('attempted_at').notNull(),
})
