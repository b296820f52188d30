// The gate in PostgreSQL, asked in raw SQL with the app's own login: whatever path our code takes, this refuses.
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../db/login.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { KPIS } from '../../src/trust/kpi.ts'
import { freshDatabase, type TestDatabase, testConfig } from '../support/database.ts'
import { answers, kpiRow, perfectReport, type Ready, readyMission } from '../support/ready-mission.ts'

let db: TestDatabase
let app: postgres.Sql
let executor: postgres.Sql
beforeAll(async () => {
  db = await freshDatabase()
  app = connect(db.logins.app, { name: 'raw-app', max: 4 })
  executor = connect(db.logins.executor, { name: 'raw-executor', max: 1 })
})
afterAll(async () => {
  await app.end()
  await executor.end()
  await db.drop()
})

const unlock = (
  sql: postgres.Sql | postgres.TransactionSql,
  { execution }: Ready,
  over: Partial<Ready['execution']> = {},
) => sql`insert into grace.executions ${sql({ ...execution, ...over })}`

/** SQLSTATE of the refusal; undefined where it was let through. */
const codeOf = async (work: PromiseLike<unknown>): Promise<string | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}
/** Executions of earlier tests make the target busy; the executor ends them. */
const free = () => db.superuser`update grace.executions set finished_at = now() where finished_at is null`

describe('all six conditions', () => {
  test('let the execution through', async () => {
    const ready = await readyMission(db)
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })

  test('1: without a person’s own approval it is refused', async () => {
    const ready = await readyMission(db, {
      votes: { ada: 'abstain', ben: 'abstain', cem: 'abstain' },
      close: false,
    })
    await app`update grace.sessions set state = 'closed', result = 'passed' where id = ${ready.session}`
    await app`update grace.missions set phase = 'consensus' where id = ${ready.mission}`
    expect(await codeOf(unlock(app, ready))).toBe('GR100')
  })

  test('2: without a passed session it is refused, open, rejected or said to have passed', async () => {
    const open = await readyMission(db, { votes: { ada: 'approve' }, close: false })
    await app`update grace.missions set phase = 'consensus' where id = ${open.mission}`
    expect(await codeOf(unlock(app, open))).toBe('GR101')

    const rejected = await readyMission(db, { votes: { ada: 'approve', ben: 'reject' }, close: false })
    await app`update grace.sessions set state = 'closed', result = 'passed' where id = ${rejected.session}`
    await app`update grace.missions set phase = 'consensus' where id = ${rejected.mission}`
    expect(await codeOf(unlock(app, rejected))).toBe('GR101')
  })

  test('3: below the threshold, or with a hold, it is refused', async () => {
    const low = await readyMission(db, {
      report: perfectReport().map((row) =>
        row.kpi === 'test_coverage'
          ? { ...row, lower: -3_000, upper: -3_000 }
          : row.kpi === 'performance_improvement'
            ? { ...row, lower: -3_000 }
            : row,
      ),
    })
    expect(await codeOf(unlock(app, low))).toBe('GR102')
    const held = await readyMission(db, {
      holds: [{ code: 'instrument_weakened', subject: 'x', sentence: 'x' }],
    })
    expect(await codeOf(unlock(app, held))).toBe('GR102')
    const uncontained = await readyMission(db, { isolation: 'demo' })
    expect(await codeOf(unlock(app, uncontained))).toBe('GR102')
    const unreached = await readyMission(db, {
      report: perfectReport().map((row) =>
        row.kpi === 'latency_improvement' ? { ...row, claim: 5_000, lower: 4_999, upper: 6_000 } : row,
      ),
    })
    expect(await codeOf(unlock(app, unreached))).toBe('GR102')
  })

  test.each([
    ['4: governance', 'policy_compliance', 'GR103'],
    ['5: constitution', 'privacy', 'GR104'],
    ['6: security', 'security_scan', 'GR105'],
  ])(
    '%s: one check that fails, is unknown, asks for a person or was not asked, refuses',
    async (_name, check, code) => {
      // One failing check takes 5, 2.86 or 3 points: trust alone would still be reached.
      for (const verdict of ['fail', 'unknown', 'needs_human'] as const) {
        const ready = await readyMission(db, { checks: answers({ [check]: verdict }) })
        expect(await codeOf(unlock(app, ready)), `${check} ${verdict}`).toBe(code)
      }
      const unasked = await readyMission(db, { checks: answers().filter((one) => one.id !== check) })
      expect(await codeOf(unlock(app, unasked))).toBe(code)
      const stale = await readyMission(db, {
        checks: answers().map((one) =>
          one.id === check ? { ...one, validUntil: new Date(Date.now() - 1_000) } : one,
        ),
      })
      expect(await codeOf(unlock(app, stale))).toBe(code)
    },
  )

  test('attested and not applicable count as answered', async () => {
    const ready = await readyMission(db, { checks: answers({ no_vulnerabilities: 'not_applicable' }) })
    await app`insert into grace.checks (evidence, check_id, family, title, looks_at, not_yet_checked, verdict, reason, found, attested_by, duration_ms, asked_at)
      select evidence, check_id, family, title, looks_at, not_yet_checked, 'attested', 'ada looked', found, 'ada', 0, grace.now()
      from grace.checks where evidence = ${ready.evidence} and check_id = 'fairness'`
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })
})

describe('the margin of the score', () => {
  /** Everything else perfect: a KPI score of 87.5 is exactly 95.00 %. Two KPIs of weight 20 + 5 = 25 at one half lose 12.5. */
  const halved = (performance: number) =>
    KPIS.map((kpi) =>
      kpi === 'performance_improvement' || kpi === 'security_score'
        ? kpiRow(kpi, { margin: 10_000, lower: kpi === 'security_score' ? -15_000 : performance })
        : kpiRow(kpi),
    )

  test('a KPI score of exactly 87.50 passes', async () => {
    const ready = await readyMission(db, { report: halved(-15_000) })
    const [row] = await app`select grace.trust_bp(${ready.evidence}) as trust`
    expect(row?.trust).toBe(9_500)
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })

  test('a KPI score of 87.49 does not', async () => {
    const ready = await readyMission(db, { report: halved(-15_005) })
    const [row] = await app`select grace.trust_bp(${ready.evidence}) as trust`
    expect(row?.trust).toBe(9_499)
    expect(await codeOf(unlock(app, ready))).toBe('GR102')
  })
})

describe('bound to what was seen', () => {
  test.each(['candidate_digest', 'evidence_digest', 'policy_digest'] as const)(
    'another %s is refused',
    async (field) => {
      const ready = await readyMission(db)
      expect(await codeOf(unlock(app, ready, { [field]: 'sha256:other' }))).toBe('GR106')
    },
  )

  test('a policy that changed after the session opened refuses', async () => {
    const ready = await readyMission(db)
    await db.configure(testConfig({ parliament: { min_approvals: 2 } }))
    expect(await codeOf(unlock(app, ready))).toBe('GR106')
    await db.configure(db.config)
  })

  test('an elector who was added later refuses', async () => {
    const ready = await readyMission(db, {
      authors: [{ kind: 'member', id: 'cem' }],
      votes: { ada: 'approve', ben: 'approve', cem: 'abstain' },
    })
    await db.superuser`update grace.electors set may_approve = true where session = ${ready.session} and member = 'cem'`
    expect(await codeOf(unlock(app, ready))).toBe('GR106')
  })

  test('an approval of somebody who is no longer active does not count', async () => {
    const ready = await readyMission(db, { votes: { ada: 'approve', ben: 'abstain', cem: 'abstain' } })
    await db.superuser`update grace.members set active = false where id = 'ada'`
    expect(await codeOf(unlock(app, ready))).toBe('GR100')
    await db.superuser`update grace.members set active = true where id = 'ada'`
  })

  test('a frozen target refuses', async () => {
    const ready = await readyMission(db)
    await db.superuser`insert into grace.freezes values ('shop', 'a test', now())`
    expect(await codeOf(unlock(app, ready))).toBe('GR108')
    await db.superuser`delete from grace.freezes`
  })

  test('while everything is stopped, nothing is unlocked and nothing unlocked begins; lifted by more than half', async () => {
    const [ready, unlocked] = [await readyMission(db), await readyMission(db)]
    await unlock(app, unlocked)
    await app`insert into grace.stops (id, member, reason, begun_at) values ('s1', 'ada', 'a test', now())`
    expect(await codeOf(unlock(app, ready))).toBe('GR109')
    const merge = () =>
      executor`update grace.executions set state = 'merging' where id = ${unlocked.execution.id}`
    expect(await codeOf(merge())).toBe('GR109')
    // One at a time, for good, and never by the app's word alone.
    expect(
      await codeOf(
        app`insert into grace.stops (id, member, reason, begun_at) values ('s2', 'ada', 'x', now())`,
      ),
    ).toBe('23505')
    const lift = () => app`update grace.stops set lifted_at = now() where id = 's1'`
    const say = (who: string) => app`insert into grace.stop_lifts values ('s1', ${who}, now())`
    expect(await codeOf(lift())).toBe('GR110')
    await say('ada')
    expect(await codeOf(lift())).toBe('GR110')
    expect(await codeOf(say('stranger'))).toBe('GR014')
    expect(await codeOf(app`delete from grace.stops`)).toBe('42501')
    expect(await codeOf(app`update grace.stops set reason = 'x'`)).toBe('42501')
    await say('ben')
    expect(await codeOf(lift())).toBeUndefined()
    expect(await codeOf(lift())).toBe('GR040')
    expect(await codeOf(merge())).toBeUndefined()
    await free()
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })

  test('a drill of the stop holds, leaves nothing, and fails where a trigger is gone', async () => {
    const drill = async () => (await app`select grace.drill_stop() as works`)[0]?.works
    const [before] = await app`select count(*)::int as n from grace.stops`
    expect(await drill()).toBe(true)
    expect((await app`select count(*)::int as n from grace.stops`)[0]).toEqual(before)
    await db.superuser`alter table grace.executions disable trigger stop_before_merge`
    expect(await drill()).toBe(false)
    await db.superuser`alter table grace.executions enable trigger stop_before_merge`
    expect(await drill()).toBe(true)
  })

  test('evidence whose key is revoked, has expired, is for something else, or nobody’s, refuses', async () => {
    const ready = await readyMission(db)
    const { superuser } = db
    for (const [bad, good] of [
      [superuser`revoked_at = now()`, superuser`revoked_at = null`],
      [superuser`not_after = now()`, superuser`not_after = now() + interval '1 day'`],
    ] as const) {
      await superuser`update grace.keys set ${bad}`
      expect(await codeOf(unlock(app, ready))).toBe('GR112')
      await superuser`update grace.keys set ${good}`
    }
    await superuser`update grace.keys set purpose = 'execution' where purpose = 'attestation'`
    expect(await codeOf(unlock(app, ready))).toBe('GR112')
    await superuser`update grace.keys set purpose = 'attestation' where name = 'grace/attestation'`
    await db.superuser`alter table grace.evidence disable trigger all`
    await db.superuser`update grace.evidence set signature = '{"signatures": []}' where id = ${ready.evidence}`
    await db.superuser`alter table grace.evidence enable trigger all`
    expect(await codeOf(unlock(app, ready))).toBe('GR112')
  })

  test('a ledger that is not what its checkpoint says refuses', async () => {
    const ready = await readyMission(db)
    const [closing] = await db.superuser<{ seq: string; leaf: string; id: string }[]>`
      select l.seq, e.leaf, e.id from grace.sessions s join grace.ledger_leaves l on l.entry = s.closing_entry
      join grace.ledger_entries e on e.id = l.entry where s.id = ${ready.session}`
    const [last] = await db.superuser`select * from grace.ledger_checkpoints order by size desc limit 1`
    const { size } = last!
    const spoilt: [string, (sql: postgres.TransactionSql) => Promise<unknown>][] = [
      [
        'another text',
        (sql) =>
          sql`update grace.ledger_entries set leaf = replace(leaf, 'passed', 'Passed') where id = ${closing!.id}`,
      ],
      [
        'another leaf',
        (sql) => sql`update grace.ledger_leaves set hash = sha256('x') where seq = ${closing!.seq}`,
      ],
      ['a leaf that is gone', (sql) => sql`delete from grace.ledger_leaves where seq = ${size - 1}`],
      [
        'another root',
        (sql) => sql`update grace.ledger_checkpoints set root = sha256('x') where size = ${size}`,
      ],
      [
        'another tree',
        (
          sql,
        ) => sql`update grace.ledger_checkpoints set roots = jsonb_build_array(encode(sha256('x'), 'base64')),
          root = sha256('x'), note = format(E'grace/ledger\n%s\n%s\n', size, encode(sha256('x'), 'base64')),
          chain = sha256('x') where size = ${size}`,
      ],
    ]
    for (const [what, spoil] of spoilt) {
      const code = await codeOf(
        db.superuser.begin(async (sql) => {
          await sql`set local session_replication_role = 'replica'`
          await spoil(sql)
          await sql`set local session_replication_role = 'origin'`
          await unlock(sql, ready)
        }),
      )
      expect(code, what).toBe('GR113')
    }
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })

  test('fewer approvals than the risk asks for, or none of an owner, refuses', async () => {
    const votes = { ada: 'approve', ben: 'abstain', cem: 'abstain' } as const
    // As if a session had been closed that its own rule did not let pass.
    const closed = async (rule: string) => {
      const ready = await readyMission(db, { votes })
      await db.superuser.begin(async (sql) => {
        await sql`set local session_replication_role = 'replica'`
        await sql.unsafe(`update grace.sessions set ${rule} where id = '${ready.session}'`)
      })
      return ready
    }
    expect(await codeOf(unlock(app, await closed('min_approvals = 2')))).toBe('GR101')
    expect(await codeOf(unlock(app, await closed("owners = '{ben}'")))).toBe('GR101')
    const ready = await readyMission(db, { minApprovals: 2, owners: ['ben'] })
    expect(await codeOf(unlock(app, ready))).toBeUndefined()
    await free()
  })

  test('a closing that is under no checkpoint refuses', async () => {
    const ready = await readyMission(db, { close: false })
    await settleSession(db.app, ready.session)
    expect(await codeOf(unlock(app, ready))).toBe('GR107')
  })

  test('a second execution of the same session, and of the same target, is refused', async () => {
    const ready = await readyMission(db)
    const next = await readyMission(db)
    await unlock(app, ready)
    expect(await codeOf(unlock(app, ready, { id: crypto.randomUUID() }))).toBe('23505')
    expect(await codeOf(unlock(app, next))).toBe('23505')
    await free()
    expect(await codeOf(unlock(app, ready, { id: crypto.randomUUID() }))).toBe('23505')
  })
})

describe('ballots', () => {
  const cast = (
    sql: postgres.Sql | postgres.TransactionSql,
    session: string,
    who: string,
    vote: string,
    clicked = new Date(),
  ) =>
    sql`insert into grace.ballots (session, member, vote, reason, via, clicked_at, cast_at)
        values (${session}, ${who}, ${vote}, '', 'rest', ${clicked.toISOString()}, now())
        on conflict (session, member) do update set vote = excluded.vote, clicked_at = excluded.clicked_at`

  test('a late one is refused, whether or not a sweeper ran', async () => {
    const late = await freshDatabase()
    const sql = connect(late.logins.app, { name: 'late' })
    const ready = await readyMission(late, { votes: {}, close: false })
    await late.skip(49 * 3_600_000)
    expect(await codeOf(cast(sql, ready.session, 'ada', 'approve'))).toBe('GR012')
    await sql.end()
    await late.drop()
  })

  test('one after closing is refused', async () => {
    const ready = await readyMission(db)
    expect(await codeOf(cast(app, ready.session, 'ada', 'reject'))).toBe('GR011')
  })

  test('a non-elector’s is refused, and an approval by an author', async () => {
    const ready = await readyMission(db, {
      authors: [{ kind: 'member', id: 'cem' }],
      votes: {},
      close: false,
    })
    await db.superuser`insert into grace.members values ('mallory', 'Mallory', true) on conflict do nothing`
    expect(await codeOf(cast(app, ready.session, 'mallory', 'approve'))).toBe('GR013')
    expect(await codeOf(cast(app, ready.session, 'cem', 'approve'))).toBe('GR015')
    expect(await codeOf(cast(app, ready.session, 'cem', 'reject'))).toBeUndefined()
  })

  test('an older click never overrides a newer one', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    await cast(app, ready.session, 'ada', 'reject', new Date(2_000_000_000_000))
    expect(await codeOf(cast(app, ready.session, 'ada', 'approve', new Date(1_999_999_999_000)))).toBe(
      'GR017',
    )
  })

  test('the app can’t add itself to an electorate that was voted in', async () => {
    const ready = await readyMission(db)
    await db.superuser`insert into grace.members values ('mallory', 'Mallory', true) on conflict do nothing`
    await app`insert into grace.electors (session, member, name, may_approve, author) values (${ready.session}, 'mallory', 'Mallory', true, false)`
    expect(await codeOf(unlock(app, ready))).toBe('GR106')
  })

  test('a reject in flight is waited for under READ COMMITTED, and seen', async () => {
    const ready = await readyMission(db, { votes: { ada: 'approve', ben: 'approve' }, close: false })
    let rejectSent!: () => void
    const sent = new Promise<void>((resolve) => {
      rejectSent = resolve
    })
    const rejecting = app.begin(async (tx) => {
      await cast(tx, ready.session, 'cem', 'reject')
      rejectSent()
      await sleep(400)
    })
    await sent
    const closing = app.begin('isolation level read committed', async (tx) => {
      await tx`update grace.sessions set state = 'closed', result = 'passed' where id = ${ready.session}`
      await tx`update grace.missions set phase = 'consensus' where id = ${ready.mission}`
      await unlock(tx, ready)
    })
    expect(await codeOf(closing)).toBe('GR101')
    await rejecting
  })

  test('under REPEATABLE READ and SERIALIZABLE neither ballots nor executions are decided', async () => {
    const ready = await readyMission(db)
    const open = await readyMission(db, { votes: {}, close: false })
    for (const level of ['repeatable read', 'serializable']) {
      expect(await codeOf(app.begin(`isolation level ${level}`, (tx) => unlock(tx, ready)))).toBe('GR001')
      expect(
        await codeOf(app.begin(`isolation level ${level}`, (tx) => cast(tx, open.session, 'ada', 'approve'))),
      ).toBe('GR001')
    }
  })

  test('a passing session with several people does not close before its dwell is over', async () => {
    const dwelling = await freshDatabase(testConfig({ parliament: { dwell: '10m' } }))
    const sql = connect(dwelling.logins.app, { name: 'dwelling' })
    const ready = await readyMission(dwelling, { close: false })
    await sql`update grace.sessions set state = 'closed', result = 'passed' where id = ${ready.session}`
    await sql`update grace.missions set phase = 'consensus' where id = ${ready.mission}`
    expect(await codeOf(unlock(sql, ready))).toBe('GR101')
    await sql.end()
    await dwelling.drop()
  })
})

describe('what the app’s login can’t do', () => {
  test.each([
    ['rewrite the ledger', "update grace.ledger_entries set leaf = 'x'"],
    ['delete from the ledger', 'delete from grace.ledger_entries'],
    ['empty the ledger', 'truncate grace.ledger_entries cascade'],
    ['rewrite leaves', "update grace.ledger_leaves set hash = 'x'"],
    ['delete checkpoints', 'delete from grace.ledger_checkpoints'],
    ['rewrite words in the ledger', "update grace.ledger_texts set text = 'x'"],
    ['switch the gate off', 'alter table grace.executions disable trigger all'],
    ['switch triggers off for the session', "set session_replication_role = 'replica'"],
    ['drop the gate', 'drop trigger gate on grace.executions'],
    [
      'replace the gate',
      "create or replace function grace.gate() returns trigger language plpgsql as 'begin return new; end'",
    ],
    [
      'replace the clock',
      "create or replace function grace.now() returns timestamptz language sql as 'select now()'",
    ],
    ['make tables in the schema', 'create table grace.mine ()'],
    ['lower a threshold', 'update grace.policies set threshold = 9500'],
    [
      'make a policy',
      "insert into grace.policies select 'x', target, false, 9500, 1, 0, 0, 1, '{}', true, body, since from grace.policies",
    ],
    ['make members', "insert into grace.members values ('x', 'x', true)"],
    ['make voters', "insert into grace.voters values ('shop', 'ada')"],
    ['register keys', "insert into grace.keys values ('x', 'x', 'x', now(), null)"],
    ['change evidence', "update grace.evidence set isolation = 'contained'"],
    ['change KPI results', 'update grace.kpi_results set lower = 0'],
    ['delete holds', 'delete from grace.holds'],
    ['rewrite a transcript', "update grace.transcripts set transcript = ''"],
    ['lose a transcript', 'delete from grace.transcripts'],
    ['change checks', "update grace.checks set verdict = 'pass'"],
    ['delete ballots', 'delete from grace.ballots'],
    ['move a session’s digest', "update grace.sessions set candidate_digest = 'x'"],
    ['move a deadline', "update grace.sessions set deadline = now() + interval '1 year'"],
    ['change an execution', "update grace.executions set state = 'succeeded'"],
    ['become the migrator', 'set role grace_migrator'],
  ])('%s', async (_what, statement) => {
    expect(['42501', 'GR040', '0LP01']).toContain(await codeOf(app.unsafe(statement)))
  })

  test('reopen a closed session, or move a mission past the gate', async () => {
    const ready = await readyMission(db)
    expect(await codeOf(app`update grace.sessions set state = 'open' where id = ${ready.session}`)).toBe(
      'GR021',
    )
    expect(
      await codeOf(app`update grace.missions set phase = 'live_execution' where id = ${ready.mission}`),
    ).toBe('GR033')
    expect(
      await codeOf(app`update grace.missions set phase = 'monitoring' where id = ${ready.mission}`),
    ).toBe('GR032')
  })

  test('even the owner’s ledger triggers refuse to change or empty it', async () => {
    const migrator = connect(db.logins.migrator, { name: 'owner' })
    expect(await codeOf(migrator.unsafe("update grace.ledger_entries set leaf = 'x'"))).toBe('GR040')
    expect(await codeOf(migrator.unsafe('truncate grace.ledger_leaves'))).toBe('GR040')
    await migrator.end()
  })
})

test('the executor carries out, and can neither vote, unlock nor judge', async () => {
  const sql = connect(db.logins.executor, { name: 'raw-executor' })
  const ready = await readyMission(db)
  expect(await codeOf(unlock(sql, ready))).toBe('42501')
  for (const statement of [
    "insert into grace.ballots values ('x', 'ada', 'approve', '', 'rest', now(), now(), null)",
    'insert into grace.checks default values',
    "update grace.sessions set state = 'closed'",
    'update grace.policies set threshold = 9500',
  ])
    expect(await codeOf(sql.unsafe(statement))).toBe('42501')
  await sql.end()
})

test('whether the gate is enforced is told from the login that asks', async () => {
  const [mine] = await app`select grace.is_enforced_for(current_user) as enforced`
  const [theirs] = await app`select grace.is_enforced_for('grace_migrator') as enforced`
  const [root] = await app`select grace.is_enforced_for('grace_admin') as enforced`
  expect([mine?.enforced, theirs?.enforced, root?.enforced]).toEqual([true, false, false])
})
