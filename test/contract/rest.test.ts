// The REST API against a real database and a real repository: the specification's bodies, and what is refused.

import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildServer } from '../../adapters/http/server.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { createToken, hashOf } from '../../src/access/token.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import type { Config } from '../../src/config/config.ts'
import { configOf } from '../../src/config/config.ts'
import { SCOPES, type Scope } from '../../src/kernel/actor.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { httpContext, httpControl } from '../support/http.ts'
import { answers, perfectReport, readyMission } from '../support/ready-mission.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

let lab: Lab
let db: TestDatabase
let app: FastifyInstance
let control: ChatControl
const lines: string[] = []
const tokens: Record<string, string> = {}
const BASE = '/mission-control/autonomous/missions'

const token = async (who: { member?: string; agent?: string }, scopes: readonly Scope[] = SCOPES, days = 1) =>
  (await createToken(tokensOn(db.app.db), { label: 'test', scopes, days, ...who })).token

beforeAll(async () => {
  lab = await openLab()
  const { repository } = lab.target({ 'a.txt': 'one\ntwo\n' })
  const config: Config = configOf('rest', {
    parliament: { members: [{ id: 'ada', name: 'Ada' }, { id: 'ben' }, { id: 'cem' }], dwell: '0s' },
    policy: { max_open_missions: 1000 },
    targets: {
      shop: {
        repository,
        live: { metrics: 'http://127.0.0.1:1/m' },
        deploy: { command: 'true', rollback: 'true' },
      },
    },
  })
  db = await freshDatabase(config)
  control = httpControl(db, config, lab)
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  app = await buildServer(httpContext(control, db), { allowedHosts: ['grace.example'], logger })
  tokens.ada = await token({ member: 'ada' })
  tokens.ben = await token({ member: 'ben' })
  tokens.cem = await token({ member: 'cem' })
  tokens.reader = await token({ member: 'ada' }, ['read'])
  tokens.agent = await token({ agent: 'codey' }, ['read', 'propose'])
})
afterAll(async () => {
  await app.close()
  await db.drop()
  lab.close()
})

const call = async (
  method: 'GET' | 'POST',
  url: string,
  options: { as?: string | null; body?: unknown; headers?: Record<string, string> } = {},
) => {
  const { as = 'ada', body, headers = {} } = options
  const answer = await app.inject({
    method,
    url,
    headers: {
      host: 'localhost',
      ...(as === null ? {} : { authorization: `Bearer ${tokens[as] ?? as}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return {
    status: answer.statusCode,
    body: answer.headers['content-type']?.toString().includes('json') ? answer.json() : answer.body,
    headers: answer.headers,
  }
}
const PATCH = 'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n'
const propose = (more: object = {}) =>
  call('POST', BASE, {
    body: { title: 'Zwei', description: 'Says zwei', rationale: 'It is shorter', ...more },
  })

describe('the specification’s calls', () => {
  test('propose by query: awaiting_candidate', async () => {
    const { status, body } = await call(
      'POST',
      `${BASE}?title=Faster%20look-ups&description=Adds%20an%20index&rationale=Users%20wait`,
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      phase: 'sandbox_testing',
      mission_id: expect.stringMatching(/^auto_mission_[0-9a-f]{24}$/),
      name: expect.stringMatching(/^M-\d+$/),
      message: expect.stringMatching(/awaiting_candidate/),
    })
    const shown = await call('GET', `${BASE}/${body.mission_id}`)
    expect(shown.body).toMatchObject({
      title: 'Faster look-ups',
      description: 'Adds an index',
      rationale: 'Users wait',
      phase: 'sandbox_testing',
      outcome: null,
      trust_score: null,
      holds: [],
      parliament_session_id: null,
      user_feedback: [],
      sandbox_results: null,
    })
    expect(shown.body.kpi_metrics).toEqual({
      performance_improvement: null,
      error_rate_reduction: null,
      latency_improvement: null,
      memory_efficiency: null,
      code_quality_score: null,
      test_coverage: null,
      security_score: null,
      overall_score: null,
    })
    expect(shown.body.card.state).toMatch(
      /nobody has attached a change yet\. Attach a change in the console, with grace attach M-\d+ --ref … in a terminal, or: POST/,
    )
  })

  test('propose as JSON with a patch and claims, then list and show', async () => {
    const { status, body } = await propose({
      target: 'shop',
      patch: PATCH,
      claims: [{ kpi: 'latency_improvement', at_least: 5 }],
    })
    expect(status).toBe(200)
    const { body: shown } = await call('GET', `${BASE}/${body.name}`)
    expect(shown).toMatchObject({
      mission_id: body.mission_id,
      candidate: { revision: 1, authors: ['ada'] },
      claims: [{ kpi: 'latency_improvement', at_least: 5 }],
    })
    const { body: list } = await call('GET', `${BASE}?limit=1&phase=sandbox_testing`)
    expect(list.total).toBeGreaterThanOrEqual(1)
    expect(list.missions).toHaveLength(1)
    expect(list.missions[0]).toMatchObject({
      mission_id: body.mission_id,
      title: 'Zwei',
      phase: 'sandbox_testing',
      outcome: null,
      trust_score: null,
      kpi_score: null,
      parliament_session_id: null,
    })
  })

  test('the list is paged by cursor, and complete', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const {
        body,
      }: { body: { missions: { mission_id: string }[]; next_cursor: string | null; total: number } } =
        await call('GET', `${BASE}?limit=1${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...body.missions.map((m) => m.mission_id))
      cursor = body.next_cursor
    } while (cursor)
    const { body } = await call('GET', BASE)
    expect(seen).toEqual(body.missions.map((m: { mission_id: string }) => m.mission_id))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('ids are distinct however many are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => propose({ title: `M ${i}` })))
    expect(new Set(made.map((m) => m.body.mission_id)).size).toBe(8)
    expect(new Set(made.map((m) => m.body.name)).size).toBe(8)
  })

  test('attach a candidate', async () => {
    const { body } = await propose()
    const patch = PATCH.replace('+zwei', '+angehängt')
    const attached = await call('POST', `${BASE}/${body.mission_id}/candidate`, { body: { patch } })
    expect(attached).toMatchObject({ status: 200, body: { success: true, phase: 'sandbox_testing' } })
    const same = await call('POST', `${BASE}/${body.mission_id}/candidate`, { body: { patch } })
    expect(same).toMatchObject({ status: 409, body: { code: 'candidate_identical' } })
    const other = await propose()
    expect(
      await call('POST', `${BASE}/${other.body.mission_id}/candidate`, { body: { patch } }),
      'a change is open in one mission only',
    ).toMatchObject({ status: 409, body: { code: 'change_open_already' } })
  })

  test('feedback by query and as JSON, shown with its author', async () => {
    const { body } = await propose()
    expect(await call('POST', `${BASE}/${body.mission_id}/feedback?feedback=looks%20good`)).toMatchObject({
      status: 200,
      body: { success: true, message: expect.any(String) },
    })
    await call('POST', `${BASE}/${body.mission_id}/feedback`, {
      as: 'ben',
      body: { feedback: 'not yet <b>' },
    })
    const { body: shown } = await call('GET', `${BASE}/${body.mission_id}`)
    expect(shown.user_feedback).toMatchObject([
      { author: 'Ada', text: 'looks good', source: 'rest' },
      { author: 'ben', text: 'not yet <b>' },
    ])
  })

  test('consensus is the caller’s own vote, and no way round the rule', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    const first = await call('POST', `${BASE}/${ready.mission}/consensus?approved=true`)
    expect(first).toMatchObject({
      status: 200,
      body: {
        success: true,
        approved: true,
        trust_score: 1,
        will_execute_to_live: true,
        message: expect.any(String),
      },
    })
    const second = await call(
      'POST',
      `${BASE}/${ready.mission}/consensus?approved=false&reason=too%20risky`,
      { as: 'ben' },
    )
    expect(second.body).toMatchObject({ success: true, approved: false, will_execute_to_live: false })
    await settleSession(db.app, ready.session)
    expect((await call('GET', `${BASE}/${ready.mission}`)).body).toMatchObject({
      phase: 'complete',
      outcome: 'cancelled',
      reason: expect.stringMatching(/Rejected by ben: too risky/),
    })
  })

  test('operations: the slash commands’ verbs, with the same permissions', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    const on = (verb: string) => `${BASE}/${ready.mission}/${verb}`
    expect((await call('POST', on('cancel'), { as: 'agent', body: { reason: 'no' } })).status).toBe(403)
    expect((await call('POST', on('cancel'), { body: {} })).status).toBe(400)
    expect((await call('POST', on('rollback'), { body: { reason: 'x' } })).body.code).toBe(
      'nothing_to_roll_back',
    )
    expect((await call('POST', on('cancel'), { body: { reason: 'Not now' } })).body).toEqual({
      success: true,
      message: 'Cancelled.',
    })
    expect((await call('POST', on('retry'))).body.code).toBe('mission_complete')
    expect((await call('POST', on('revise'))).body.code).toBe('not_revisable')
    const { body } = await call('GET', on('audit'), { as: 'reader' })
    expect(body.entries.map((entry: { kind: string }) => entry.kind)).toContain('SessionVoided')
    expect((await call('POST', '/mission-control/targets/shop/pause')).status).toBe(200)
    expect((await call('POST', '/mission-control/targets/shop/pause')).body.code).toBe('frozen_already')
    expect((await call('POST', '/mission-control/targets/shop/resume')).status).toBe(200)
    expect((await call('POST', '/mission-control/targets/nowhere/pause')).status).toBe(404)
  })
  test('everything is stopped and lifted: who may, what it says, and what is refused', async () => {
    const stop = '/mission-control/stop'
    expect((await call('GET', stop, { as: 'reader' })).body).toEqual({ stopped: false })
    expect((await call('POST', stop, { as: 'agent', body: { reason: 'no' } })).status).toBe(403)
    expect((await call('POST', stop, { body: {} })).status).toBe(400)
    expect((await call('POST', stop, { body: { reason: ' ' } })).body.code).toBe('reason_missing')
    expect((await call('POST', `${stop}/lift`)).body.code).toBe('not_stopped')
    expect((await call('POST', stop, { body: { reason: 'Fire' } })).status).toBe(200)
    expect((await call('GET', stop, { as: 'reader' })).body).toMatchObject({ stopped: true, reason: 'Fire' })
    expect((await call('POST', stop, { body: { reason: 'Fire' } })).body.code).toBe('stopped_already')
    expect((await call('POST', `${stop}/lift`)).body.message).toMatch(/^1 of 2 have said/)
    await db.superuser`insert into grace.stop_lifts select id, 'ben', now() from grace.stops where lifted_at is null`
    expect((await call('POST', `${stop}/lift`)).body.message).toBe('The stop is lifted.')
    expect((await call('GET', stop, { as: 'reader' })).body).toEqual({ stopped: false })
  })
  test('consensus on what is not trusted will not execute', async () => {
    const ready = await readyMission(db, {
      votes: {},
      close: false,
      report: perfectReport().map((row) =>
        row.kpi === 'latency_improvement' ? { ...row, lower: -9_000 } : row,
      ),
    })
    const { body } = await call('POST', `${BASE}/${ready.mission}/consensus?approved=true`)
    expect(body).toMatchObject({
      approved: true,
      trust_score: 0.9,
      will_execute_to_live: false,
      message: expect.stringMatching(/As it stands it does not go live: .*latency/i),
    })
  })

  test('the reason of a consensus may come in the body', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    const url = `${BASE}/${ready.mission}/consensus?approved=true`
    expect((await call('POST', url, { body: { reason: 'Small and tested' } })).status).toBe(200)
    const [ballot] = await db.superuser`select reason from grace.ballots where session = ${ready.session}`
    expect(ballot!.reason).toBe('Small and tested')
  })

  test('what a proposal has no field for is refused by name, not dropped', async () => {
    const body = { title: 'Faster', rationale: 'It is slow', branch: 'faster' }
    expect(await call('POST', BASE, { body })).toMatchObject({
      status: 400,
      body: { errors: [{ problem: expect.stringMatching(/branch/) }] },
    })
  })

  test('vote in a session and read it', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    const url = `/api/parliament/sessions/${ready.session}`
    expect(
      await call('POST', `${url}/vote`, { body: { member_id: 'ada', vote: 'approve', reason: 'fine' } }),
    ).toMatchObject({ status: 200, body: { success: true, outcome: 'counted', vote: 'approve' } })
    expect(await call('POST', `${url}/vote`, { body: { member_id: 'you', vote: 'abstain' } })).toMatchObject({
      status: 200,
      body: { outcome: 'changed', member_id: 'ada' },
    })
    expect(
      await call('POST', `${url}/vote`, { as: 'ben', body: { vote: 'reject', reason: 'no' } }),
    ).toMatchObject({ status: 200, body: { message: 'Your vote "reject" is counted.' } })
    expect((await call('GET', url)).body).toMatchObject({
      session_id: ready.session,
      mission_id: ready.mission,
      state: 'open',
      approvals: 0,
      rejects: 1,
      abstentions: 1,
      not_voted: 1,
      votes: [
        { member_id: 'ada', vote: 'abstain' },
        { member_id: 'ben', vote: 'reject', reason: 'no' },
      ],
    })
  })

  test('a check that asks for a person is answered by one, by name', async () => {
    const ready = await readyMission(db, {
      votes: {},
      close: false,
      checks: answers({ fairness: 'needs_human' }),
    })
    const url = `${BASE}/${ready.mission}/checks`
    expect(
      await call('POST', `${url}/fairness/attest`, { body: { reason: 'only a column name' } }),
    ).toMatchObject({ status: 200 })
    const { body } = await call('GET', `${BASE}/${ready.mission}`)
    expect(body.checks.find((c: { id: string }) => c.id === 'fairness')).toMatchObject({
      verdict: 'attested',
      reason: 'Ada: only a column name',
    })
    expect(await call('POST', `${url}/privacy/attest`, { body: { reason: 'x' } })).toMatchObject({
      status: 409,
      body: { code: 'check_not_attestable' },
    })
  })
})

describe('who may', () => {
  test('nobody without a token, but for health', async () => {
    expect(await call('GET', '/healthz', { as: null })).toMatchObject({ status: 200, body: { ok: true } })
    for (const url of [BASE, '/openapi.json', '/nowhere', '/api/parliament/sessions/x']) {
      const { status, body, headers } = await call('GET', url, { as: null })
      expect([url, status, body.code]).toEqual([url, 401, 'token_missing'])
      expect(headers['content-type']).toMatch(/application\/problem\+json/)
      expect(headers['www-authenticate']).toMatch(/Bearer/)
    }
    expect(await call('GET', '/', { as: null })).toMatchObject({
      status: 303,
      headers: { location: '/sign-in?next=%2F' },
    })
  })
  test('a wrong, an expired and a revoked token are told apart', async () => {
    expect((await call('GET', BASE, { as: 'grace_wrong' })).body.code).toBe('token_unknown')
    const old = await token({ member: 'ada' })
    await db.superuser`update grace.tokens set expires_at = now() - interval '1 second' where hash = ${hashOf(old)}`
    expect(await call('GET', BASE, { as: old })).toMatchObject({
      status: 401,
      body: { code: 'token_expired' },
    })
    const gone = await token({ member: 'ada' })
    await db.superuser`update grace.tokens set revoked_at = now() where hash = ${hashOf(gone)}`
    expect(await call('GET', BASE, { as: gone })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    })
  })
  test('a member who is no longer one', async () => {
    await db.superuser`update grace.members set active = false where id = 'cem'`
    expect(await call('GET', BASE, { as: 'cem' })).toMatchObject({
      status: 401,
      body: { code: 'member_inactive' },
    })
    await db.superuser`update grace.members set active = true where id = 'cem'`
  })
  test('a token is taken from the Authorization header only', async () => {
    expect(
      (await call('GET', `${BASE}?token=${tokens.ada}&access_token=${tokens.ada}`, { as: null })).status,
    ).toBe(401)
    expect((await call('GET', BASE, { as: null, headers: { cookie: `token=${tokens.ada}` } })).status).toBe(
      401,
    )
  })
  test('a scope that is missing is named', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    expect(
      await call('POST', BASE, { as: 'reader', body: { title: 'x', description: 'x', rationale: 'x' } }),
    ).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', detail: expect.stringMatching(/"propose"/) },
    })
    expect(
      await call('POST', `/api/parliament/sessions/${ready.session}/vote`, {
        as: 'reader',
        body: { vote: 'approve' },
      }),
    ).toMatchObject({ status: 403, body: { code: 'scope_missing' } })
  })
  test('an agent proposes and never votes, and no token of one can', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    expect(
      (await call('POST', BASE, { as: 'agent', body: { title: 'x', description: 'x', rationale: 'x' } }))
        .status,
    ).toBe(200)
    for (const url of [
      `/api/parliament/sessions/${ready.session}/vote`,
      `${BASE}/${ready.mission}/consensus?approved=true`,
    ])
      expect(await call('POST', url, { as: 'agent', body: { vote: 'approve' } })).toMatchObject({
        status: 403,
      })
    await expect(token({ agent: 'x' }, ['read', 'vote'])).rejects.toMatchObject({ code: 'agent_scope' })
  })
  test('nobody votes for somebody else', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    expect(
      await call('POST', `/api/parliament/sessions/${ready.session}/vote`, {
        body: { member_id: 'ben', vote: 'approve' },
      }),
    ).toMatchObject({ status: 403, body: { code: 'not_your_vote' } })
  })
  test('an author does not approve, and may reject', async () => {
    const ready = await readyMission(db, {
      votes: {},
      close: false,
      authors: [{ kind: 'member', id: 'ada' }],
    })
    const url = `/api/parliament/sessions/${ready.session}/vote`
    expect(await call('POST', url, { body: { vote: 'approve' } })).toMatchObject({
      status: 403,
      body: { code: 'vote_not_eligible', detail: expect.stringMatching(/may not approve/) },
    })
    expect(await call('POST', url, { body: { vote: 'reject' } })).toMatchObject({ status: 200 })
    expect(await call('POST', `${BASE}/${ready.mission}/consensus?approved=true`)).toMatchObject({
      status: 403,
    })
  })
  test('only a host by one of its names', async () => {
    for (const host of ['evil.example', 'localhost.evil.example'])
      expect((await call('GET', BASE, { headers: { host } })).status).toBe(421)
    for (const host of ['grace.example', '127.0.0.1:8080', 'LOCALHOST'])
      expect((await call('GET', BASE, { headers: { host } })).status).toBe(200)
  })
})

describe('bad input', () => {
  test.each([
    [
      'a title of 10,000 characters',
      { title: `<script>\u0000\u202e${'x'.repeat(10_000)}` },
      400,
      'title_too_long',
    ],
    ['no title', { title: '' }, 400, 'title_missing'],
    ['a title of nothing visible', { title: '\u0000\u200b' }, 400, 'title_missing'],
    ['an unknown target', { target: 'nope' }, 404, 'target_not_found'],
    ['an empty patch', { patch: '' }, 400, 'patch_empty'],
    ['a patch that does not apply', { patch: PATCH.replace('-two', '-drei') }, 400, 'patch_does_not_apply'],
    [
      'a patch that reaches outside',
      { patch: PATCH.replaceAll('a.txt', '../a.txt') },
      400,
      'patch_does_not_apply',
    ],
    ['a patch over the limit', { patch: PATCH + 'x'.repeat(1_100_000) }, 413, 'patch_too_large'],
    ['an unknown ref', { ref: 'nope' }, 404, 'ref_not_found'],
    ['both', { patch: PATCH, ref: 'main' }, 400, 'patch_and_ref'],
    ['an unknown KPI', { claims: [{ kpi: 'beauty', at_least: 1 }] }, 400, 'request_invalid'],
    ['a claim of nothing', { claims: [{ kpi: 'latency_improvement', at_least: 0 }] }, 400, 'request_invalid'],
  ])('%s', async (_what, more, status, code) => {
    const before = (await call('GET', BASE)).body.total
    expect(await propose(more)).toMatchObject({
      status,
      body: { code, status, detail: expect.any(String), next: expect.any(String) },
    })
    expect((await call('GET', BASE)).body.total, 'nothing was made').toBe(before)
  })
  test('a request of 50 MB', async () => {
    expect(await propose({ patch: 'x'.repeat(50_000_000) })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    })
  })
  test('markup and controls are kept as harmless text', async () => {
    const { body } = await propose({ title: '<img src=x onerror=alert(1)>\u001b[31m <!channel> @everyone' })
    expect((await call('GET', `${BASE}/${body.mission_id}`)).body.title).toBe(
      '<img src=x onerror=alert(1)> <!channel> @everyone',
    )
  })
  test.each([
    ['an unknown mission', 'GET', `${BASE}/auto_mission_nope`, 404, 'mission_not_found'],
    ['an unknown short name', 'GET', `${BASE}/M-999999`, 404, 'mission_not_found'],
    ['an unknown session', 'GET', '/api/parliament/sessions/nope', 404, 'session_not_found'],
    ['an unknown route', 'GET', '/mission-control/nope', 404, 'no_such_route'],
    ['a phase that is none', 'GET', `${BASE}?phase=finished`, 400, 'request_invalid'],
    ['a limit that is none', 'GET', `${BASE}?limit=0`, 400, 'request_invalid'],
    ['a cursor that is none', 'GET', `${BASE}?cursor=x`, 400, 'request_invalid'],
  ] as const)('%s', async (_what, method, url, status, code) => {
    expect(await call(method, url)).toMatchObject({ status, body: { code } })
  })
  test('a vote that is none, and JSON that is none', async () => {
    const ready = await readyMission(db, { votes: {}, close: false })
    const url = `/api/parliament/sessions/${ready.session}/vote`
    expect(await call('POST', url, { body: { vote: 'maybe' } })).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', errors: [{ path: expect.stringMatching(/vote/) }] },
    })
    const broken = await app.inject({
      method: 'POST',
      url,
      headers: {
        host: 'localhost',
        authorization: `Bearer ${tokens.ada}`,
        'content-type': 'application/json',
      },
      payload: '{"vote":',
    })
    expect(broken.statusCode).toBe(400)
    expect(broken.json()).toMatchObject({ code: 'request_invalid' })
  })
  test('a program may reject without a reason, and is told that nobody can read it', async () => {
    const open = await readyMission(db, { votes: {}, close: false })
    expect(
      await call('POST', `/api/parliament/sessions/${open.session}/vote`, { body: { vote: 'reject' } }),
    ).toMatchObject({ status: 200, body: { message: expect.stringMatching(/Nobody can read why/) } })
  })
  test('a vote on a closed session, and on one that was superseded', async () => {
    const closed = await readyMission(db)
    expect(
      await call('POST', `/api/parliament/sessions/${closed.session}/vote`, { body: { vote: 'reject' } }),
    ).toMatchObject({ status: 409, body: { code: 'vote_closed' } })
    const open = await readyMission(db, { votes: {}, close: false })
    await db.app
      .sql`update grace.sessions set state = 'void', reason = 'Revision 2.' where id = ${open.session}`
    expect(
      await call('POST', `/api/parliament/sessions/${open.session}/vote`, { body: { vote: 'approve' } }),
    ).toMatchObject({ status: 409, body: { code: 'vote_superseded' } })
  })
  test('a mission that is not up for a vote', async () => {
    const { body } = await propose()
    expect(await call('POST', `${BASE}/${body.mission_id}/consensus?approved=true`)).toMatchObject({
      status: 409,
      body: { code: 'no_session' },
    })
  })
})

test('a target takes only so many missions', async () => {
  const strict = configOf('strict', {
    parliament: { members: [{ id: 'ada' }] },
    policy: { max_open_missions: 1 },
    targets: { shop: { repository: control.config.targets.get('shop')!.repository } },
  })
  const small = await buildServer(httpContext({ ...control, config: strict }, db), {
    allowedHosts: [],
    logger: pino({ level: 'silent' }),
  })
  const answer = await small.inject({
    method: 'POST',
    url: BASE,
    headers: { host: 'localhost', authorization: `Bearer ${tokens.ada}` },
    payload: { title: 'x', description: 'x', rationale: 'x' },
  })
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'too_many_missions'])
  await small.close()
})

test('who does not vote on a target moves nothing on it, by whatever id', async () => {
  const { shop } = Object.fromEntries(control.config.targets)
  const others = configOf('others', {
    parliament: { members: [{ id: 'ada' }, { id: 'ben' }, { id: 'cem' }], dwell: '0s' },
    targets: {
      shop: { repository: shop!.repository, voters: ['cem'] },
      bakery: { repository: shop!.repository, voters: ['ada'] },
    },
  })
  const server = await buildServer(httpContext({ ...control, config: others }, db), {
    allowedHosts: [],
    logger: pino({ level: 'silent' }),
  })
  const ready = await readyMission(db, { votes: {}, close: false })
  const before = await call('GET', `${BASE}/${ready.mission}`)
  for (const [path, payload] of [
    [`${BASE}/${ready.mission}/cancel`, { reason: 'no' }],
    [`${BASE}/${ready.mission}/rollback`, { reason: 'no' }],
    [`${BASE}/${ready.mission}/revise`, {}],
    [`${BASE}/${ready.mission}/retry`, {}],
    [`${BASE}/${ready.mission}/candidate`, { patch: PATCH.replace('zwei', 'deux') }],
    ['/mission-control/targets/shop/pause', {}],
    ['/mission-control/targets/shop/resume', {}],
  ] as const) {
    const answer = await server.inject({
      method: 'POST',
      url: path,
      headers: { host: 'localhost', authorization: `Bearer ${tokens.ada}` },
      payload,
    })
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 403, 'not_a_voter'])
  }
  expect((await call('GET', `${BASE}/${ready.mission}`)).body).toEqual(before.body)
  await server.close()
})

describe('what it tells of itself', () => {
  test('OpenAPI from the same schemas', async () => {
    const { body } = await call('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        BASE,
        `${BASE}/{mission_id}`,
        `${BASE}/{mission_id}/candidate`,
        `${BASE}/{mission_id}/feedback`,
        `${BASE}/{mission_id}/consensus`,
        '/api/parliament/sessions/{session_id}/vote',
        '/api/parliament/sessions/{session_id}',
      ]),
    )
    expect(body.paths[`${BASE}/{mission_id}/consensus`].post.parameters).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'approved', in: 'query', required: true })]),
    )
  })
  test('no token, no query and no body in the log', () => {
    const log = lines.join('')
    expect(log).toMatch(/"path":"\/mission-control\/autonomous\/missions"/)
    for (const secret of [...Object.values(tokens), 'Adds%20an%20index', 'too%20risky', 'looks good', 'zwei'])
      expect(log).not.toContain(secret)
  })
  test('a fault shows nothing of its cause', async () => {
    const broken = await buildServer(
      httpContext({ ...control, transact: () => Promise.reject(new Error('password=hunter2')) }, db, {
        health: async () => ({
          ready: false,
          parts: { database: 'does not answer' },
          failing: ['database'],
          processes: [],
        }),
      }),
      { allowedHosts: [], logger: pino({ level: 'silent' }) },
    )
    const answer = await broken.inject({
      method: 'GET',
      url: `${BASE}/x`,
      headers: { host: 'localhost', authorization: `Bearer ${tokens.ada}` },
    })
    expect([answer.statusCode, answer.body.includes('hunter2'), answer.json().code]).toEqual([
      500,
      false,
      'internal',
    ])
    const open = async (url: string) =>
      (await broken.inject({ method: 'GET', url, headers: { host: 'localhost' } })).statusCode
    expect([await open('/healthz'), await open('/readyz'), await open('/metrics')]).toEqual([200, 503, 401])
    await broken.close()
  })
})
