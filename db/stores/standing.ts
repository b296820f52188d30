// What governance, the gate's checks and people ask of what there is.
import type { ActorRef } from '../../src/kernel/actor.ts'
import type { Json } from '../../src/kernel/digest.ts'
import { sentence } from '../../src/kernel/text.ts'
import type { Standing } from '../../src/mission/context.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, gt, inArray, isNull, ne, sql } from '../drizzle.ts'
import {
  accounts,
  electors,
  executions,
  freezes,
  ledgerEntries,
  ledgerLeaves,
  ledgerTexts,
  missions,
  samples,
  sessions,
} from '../schema/index.ts'

/** The part of a leaf that is told. */
interface Leaf {
  readonly at: string
  readonly kind: string
  readonly actor: ActorRef
  readonly facts: Readonly<Record<string, Json>>
}

export function standingOn(db: Db): Standing {
  return {
    async audit(mission) {
      const rows = await db
        .select({ leaf: ledgerEntries.leaf, seq: ledgerLeaves.seq })
        .from(ledgerEntries)
        .leftJoin(ledgerLeaves, eq(ledgerLeaves.entry, ledgerEntries.id))
        .where(eq(ledgerEntries.mission, mission))
        .orderBy(ledgerEntries.appended)
      const spoken = await db
        .select({ commitment: ledgerTexts.commitment, text: ledgerTexts.text })
        .from(ledgerTexts)
        .innerJoin(ledgerEntries, eq(ledgerEntries.id, ledgerTexts.entry))
        .where(eq(ledgerEntries.mission, mission))
      const texts = new Map(spoken.map(({ commitment, text }) => [commitment, text]))
      return rows.map(({ leaf, seq }) => {
        const { at, kind, actor, facts } = JSON.parse(leaf) as Leaf
        const words = Object.entries(facts).flatMap(([name, value]) => {
          const text = texts.get((value as { commitment?: string } | null)?.commitment ?? '')
          return text === undefined ? [] : [[name, text] as const]
        })
        return { seq, at, kind, actor: actor.id, facts, words: Object.fromEntries(words) }
      })
    },
    async openSessionsOf(member) {
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .innerJoin(electors, eq(electors.session, sessions.id))
        .where(and(eq(sessions.state, 'open'), eq(electors.member, member)))
      return rows.map((row) => row.id)
    },
    async openMissions(target) {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(missions)
        .where(and(eq(missions.target, target), ne(missions.phase, 'complete')))
      return row!.count
    },
    async openMissionsOf(target, { kind, id }) {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(missions)
        .where(
          and(
            eq(missions.target, target),
            ne(missions.phase, 'complete'),
            sql`${missions.proposer} ->> 'kind' = ${kind} and ${missions.proposer} ->> 'id' = ${id}`,
          ),
        )
      return row!.count
    },
    async recentRollbacks(target, { kind, id }) {
      const last = await db
        .select({ outcome: missions.outcome })
        .from(missions)
        .innerJoin(executions, eq(executions.mission, missions.id))
        .where(
          and(
            eq(missions.target, target),
            eq(missions.phase, 'complete'),
            sql`${missions.proposer} ->> 'kind' = ${kind} and ${missions.proposer} ->> 'id' = ${id}`,
          ),
        )
        .orderBy(desc(executions.unlockedAt))
        .limit(10)
      return { live: last.length, rolledBack: last.filter(({ outcome }) => outcome === 'rolled_back').length }
    },
    async requestsLastDay(target) {
      const [row] = await db
        .select({
          requests: sql<number>`coalesce(sum(${samples.requests}), 0)::float8`,
          errors: sql<number>`coalesce(sum(${samples.errors}), 0)::float8`,
        })
        .from(samples)
        .where(and(eq(samples.target, target), gt(samples.at, sql`grace.now() - interval '24 hours'`)))
      return row!
    },
    async executionsLastDay(target) {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(executions)
        .where(
          and(
            eq(executions.target, target),
            gt(executions.unlockedAt, sql`grace.now() - interval '24 hours'`),
          ),
        )
      return row!.count
    },
    async liveMission(target) {
      const [row] = await db
        .select({ number: missions.number })
        .from(missions)
        .where(and(eq(missions.target, target), inArray(missions.phase, ['live_execution', 'monitoring'])))
        .limit(1)
      return row?.number ?? null
    },
    async frozen(target) {
      const [row] = await db.select().from(freezes).where(eq(freezes.target, target))
      return row?.reason ?? null
    },
    async ledgerEntries(mission) {
      const [row] = await db
        .select({
          total: sql<number>`count(*)::int`,
          waiting: sql<number>`(count(*) filter (where ${ledgerLeaves.seq} is null))::int`,
        })
        .from(ledgerEntries)
        .leftJoin(ledgerLeaves, eq(ledgerLeaves.entry, ledgerEntries.id))
        .where(eq(ledgerEntries.mission, mission))
      return row!
    },
    async keyFault(keyId, purpose) {
      const [row] = await db.execute<{ fault: string | null }>(
        sql`select grace.key_fault(${keyId}, ${purpose}) as fault`,
      )
      return row!.fault === null ? null : sentence(row!.fault)
    },
    async accountsOf(members) {
      const rows = await db
        .select({ member: accounts.member, platform: accounts.platform, account: accounts.account })
        .from(accounts)
        .where(and(inArray(accounts.member, [...members]), isNull(accounts.until)))
        .orderBy(accounts.platform, accounts.account)
      return new Map(
        [...Map.groupBy(rows, ({ member }) => member)].map(([member, all]) => [
          member,
          // Once, whether grace.yaml says it or they linked it themselves.
          [...new Set(all.map(({ platform, account }) => `${platform}:${account}`))],
        ]),
      )
    },
    async passedBefore(mission) {
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.mission, mission), eq(sessions.result, 'passed')))
        .limit(1)
      return rows.length > 0
    },
  }
}
