// PostgreSQL and the domain compute the very same trust, holds, tally and electorate from the same rows.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TRANSITIONS } from '../../src/mission/phases.ts'
import { electorateDigest } from '../../src/parliament/electorate.ts'
import { KPIS, type KpiResult, WEIGHTS } from '../../src/trust/kpi.ts'
import { trustOf } from '../../src/trust/trust.ts'
import { report, verdicts } from '../support/arbitraries.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { answers, readyMission } from '../support/ready-mission.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

test('the same trust and the same holds, for any report and any verdicts', async () => {
  await fc.assert(
    fc.asyncProperty(report, verdicts, async (rows: KpiResult[], given) => {
      const checks = answers(given).map((check) =>
        check.verdict === 'attested' ? { ...check, verdict: 'pass' as const } : check,
      )
      const { evidence } = await readyMission(db, { report: rows, checks, votes: {}, close: false })
      const expected = trustOf(rows, checks)
      const [row] = await db.app
        .sql`select grace.trust_bp(${evidence}) as trust, array(select grace.hold_codes(${evidence}) order by 1) as holds`
      expect(row?.trust).toBe(expected.formula)
      expect(row?.holds).toEqual(expected.holds.map((hold) => `${hold.code}:${hold.subject}`).sort())
    }),
    { numRuns: 150 },
  )
})

test('the same weights', async () => {
  for (const kpi of KPIS) {
    const [row] = await db.app.sql`select grace.kpi_weight(${kpi}) as weight`
    expect(row?.weight).toBe(WEIGHTS[kpi])
  }
})

test('the same transitions', async () => {
  const rows = await db.app.sql`select from_phase, to_phase from grace.allowed_transitions`
  expect(rows.map((r) => `${r.from_phase} → ${r.to_phase}`).sort()).toEqual(
    TRANSITIONS.map(([a, b]) => `${a} → ${b}`).sort(),
  )
})

test('the same digest of the electorate', async () => {
  const { session } = await readyMission(db, {
    authors: [{ kind: 'member', id: 'ben' }],
    votes: {},
    close: false,
  })
  const [row] = await db.app.sql`select grace.electorate_digest(${session}) as digest`
  expect(row?.digest).toBe(
    electorateDigest([
      { member: 'cem', name: 'cem', mayApprove: true, author: false },
      { member: 'ada', name: 'ada', mayApprove: true, author: false },
      { member: 'ben', name: 'ben', mayApprove: false, author: true },
    ]),
  )
})
