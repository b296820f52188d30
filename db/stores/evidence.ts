import type { CheckResult } from '../../src/checks/ask.ts'
import type { EvidenceRecord, EvidenceRecords } from '../../src/mission/context.ts'
import type { Decided } from '../../src/policies/cases.ts'
import type { GovernanceCheckId } from '../../src/policies/schema.ts'
import type { HoldCode } from '../../src/trust/holds.ts'
import { KPIS, type Kpi } from '../../src/trust/kpi.ts'
import type { CheckFamily, Verdict } from '../../src/trust/trust.ts'
import { type Db, databaseNow } from '../client.ts'
import { and, asc, desc, eq, inArray, isNotNull, sql } from '../drizzle.ts'
import { candidates, checks, evidence, holds, kpiResults, missions } from '../schema/index.ts'

const checkRow = (of: string, check: CheckResult, attestedBy?: string) => ({
  evidence: of,
  check: check.id,
  family: check.family,
  title: check.title,
  looksAt: check.looksAt,
  notYetChecked: [...check.notYetChecked],
  verdict: check.verdict,
  reason: check.reason,
  found: [...check.evidence],
  facts: check.facts ?? null,
  validUntil: check.validUntil,
  attestedBy: attestedBy ?? null,
  durationMs: check.durationMs,
  askedAt: sql`grace.now()`,
})

export function evidenceOn(db: Db): EvidenceRecords {
  return {
    async insert(record, answers) {
      await db.insert(evidence).values({
        id: record.id,
        candidate: record.candidate,
        digest: record.digest,
        isolation: record.isolation,
        body: record.body,
        signature: record.signature,
        createdAt: sql`grace.now()`,
      })
      if (record.report.length > 0)
        await db.insert(kpiResults).values(record.report.map((row) => ({ ...row, evidence: record.id })))
      if (record.holds.length > 0)
        await db
          .insert(holds)
          .values(record.holds.map((hold) => ({ ...hold, evidence: record.id })))
          .onConflictDoNothing()
      await db.insert(checks).values(answers.map((answer) => checkRow(record.id, answer)))
    },
    async find(id) {
      const [row] = await db.select().from(evidence).where(eq(evidence.id, id))
      if (!row) return undefined
      const rows = await db.select().from(kpiResults).where(eq(kpiResults.evidence, id))
      const report = rows
        .map(({ evidence: _evidence, ...rest }) => ({ ...rest, kpi: rest.kpi as Kpi }))
        .sort((a, b) => KPIS.indexOf(a.kpi) - KPIS.indexOf(b.kpi))
      const recorded = await db.select().from(holds).where(eq(holds.evidence, id))
      return {
        ...row,
        isolation: row.isolation as EvidenceRecord['isolation'],
        report,
        holds: recorded.map(({ code, subject, sentence }) => ({ code: code as HoldCode, subject, sentence })),
      }
    },
    async lastOf(mission) {
      const [row] = await db
        .select({ id: evidence.id, revision: candidates.revision })
        .from(evidence)
        .innerJoin(candidates, eq(candidates.id, evidence.candidate))
        .where(eq(candidates.mission, mission))
        .orderBy(desc(evidence.createdAt))
        .limit(1)
      return row
    },
    async answer(of, answers, attestedBy) {
      if (answers.length > 0)
        await db.insert(checks).values(answers.map((answer) => checkRow(of, answer, attestedBy)))
    },
    async standing(of) {
      const rows = await db
        .selectDistinctOn([checks.check])
        .from(checks)
        .where(eq(checks.evidence, of))
        .orderBy(checks.check, desc(checks.number))
      return rows.map((row) => ({
        id: row.check,
        family: row.family as CheckFamily,
        title: row.title,
        looksAt: row.looksAt,
        notYetChecked: row.notYetChecked,
        verdict: row.verdict as Verdict,
        reason: row.reason,
        evidence: row.found,
        validUntil: row.validUntil,
        facts: row.facts,
        durationMs: row.durationMs,
      }))
    },
    async stale(of) {
      const now = await databaseNow(db)
      return (await this.standing(of)).flatMap(({ title, validUntil }) =>
        validUntil !== null && validUntil <= now ? [title] : [],
      )
    },
  }
}

/** The newest decision of each policy check about each evidence, with its facts. */
export async function decidedOn(db: Db): Promise<Decided[]> {
  const rows = await db
    .selectDistinctOn([checks.evidence, checks.check], {
      mission: missions.number,
      target: missions.target,
      proposer: missions.proposer,
      check: checks.check,
      facts: checks.facts,
      verdict: checks.verdict,
    })
    .from(checks)
    .innerJoin(evidence, eq(evidence.id, checks.evidence))
    .innerJoin(candidates, eq(candidates.id, evidence.candidate))
    .innerJoin(missions, eq(missions.id, candidates.mission))
    .where(and(isNotNull(checks.facts), inArray(checks.verdict, ['pass', 'fail', 'needs_human', 'attested'])))
    .orderBy(asc(checks.evidence), asc(checks.check), desc(checks.number))
  return rows
    .map((row) => ({
      ...row,
      check: row.check as GovernanceCheckId,
      verdict: row.verdict as Decided['verdict'],
      facts: row.facts!,
    }))
    .sort((a, b) => a.mission - b.mission)
}
