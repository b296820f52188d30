// What grace.yaml says, as rows that only the migrator writes: the gate reads them, the app can't.
import { bigint, boolean, index, integer, primaryKey, sql, text, uniqueIndex } from '../drizzle.ts'
import { at, grace, json } from './grace.ts'

export const members = grace.table('members', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Agents are no members: nothing but a person is in an electorate. */
  active: boolean().notNull(),
})

export const policies = grace.table(
  'policies',
  {
    digest: text().primaryKey(),
    target: text().notNull(),
    current: boolean().notNull(),
    /** Basis points, 9500 or more. */
    threshold: integer().notNull(),
    minApprovals: integer('min_approvals').notNull(),
    /** Basis points of approvals + rejects. */
    share: integer().notNull(),
    dwellMs: bigint('dwell_ms', { mode: 'number' }).notNull(),
    deadlineMs: bigint('deadline_ms', { mode: 'number' }).notNull(),
    requiredChecks: text('required_checks').array().notNull(),
    /** Only the demo shipped here may run below `contained`. */
    demo: boolean().notNull(),
    body: json<unknown>('body').notNull(),
    since: at('since').notNull(),
  },
  (t) => [uniqueIndex('policies_current').on(t.target).where(sql`${t.current}`)],
)

/** Who may vote on which target, as grace.yaml has it now. */
export const voters = grace.table(
  'voters',
  {
    target: text().notNull(),
    member: text()
      .notNull()
      .references(() => members.id),
  },
  (t) => [primaryKey({ columns: [t.target, t.member] })],
)

/** Why nothing may execute on a target; absent = it may. */
export const freezes = grace.table('freezes', {
  target: text().primaryKey(),
  reason: text().notNull(),
  since: at('since').notNull(),
})

/** What stands for somebody: a token of the API, a console session's cookie, a link that signs in once. */
export const tokens = grace.table(
  'tokens',
  {
    id: text().primaryKey(),
    kind: text().notNull().default('api'),
    /** SHA-256 of kind and token, hexadecimal. */
    hash: text().notNull().unique(),
    label: text().notNull(),
    /** Null for an agent's token. */
    member: text().references(() => members.id),
    agent: text(),
    scopes: text().array().notNull(),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    revokedAt: at('revoked_at'),
    lastUsedAt: at('last_used_at'),
  },
  (t) => [index('tokens_member').on(t.member)],
)

export const keys = grace.table('keys', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Base64 of 32 bytes. */
  publicKey: text('public_key').notNull(),
  /** `ledger`, `attestation` or `execution`; `any` of the one key that there was before there were purposes. */
  purpose: text().notNull().default('any'),
  since: at('since').notNull(),
  /** From then on it vouches for nothing. */
  notAfter: at('not_after').notNull().default(sql`grace.now() + interval '730 days'`),
  revokedAt: at('revoked_at'),
})
