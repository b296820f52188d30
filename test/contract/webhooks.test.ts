// Webhooks as their senders send them, and as others would like to.
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sign } from '@octokit/webhooks-methods'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildServer } from '../../adapters/http/server.ts'
import { configOf } from '../../src/config/config.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { httpContext, httpControl } from '../support/http.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
let [lab, db, app] = [] as unknown as [Lab, TestDatabase, FastifyInstance]
const directory = mkdtempSync(join(tmpdir(), 'grace-hooks-'))

beforeAll(async () => {
  lab = await openLab()
  const secret_file = join(directory, 'secret')
  writeFileSync(secret_file, `${SECRET}\n`)
  writeFileSync(join(directory, 'odd'), 'not base64!')
  const hook = (name: string, from = name) => ({ name, from, secret_file })
  const config = configOf('hooks', {
    parliament: { members: [{ id: 'ada', forge: 'ada' }] },
    policy: { max_open_missions: 1000 },
    targets: {
      shop: {
        repository: lab.target({ 'a.txt': 'one\n' }).repository,
        webhooks: [
          hook('alertmanager'),
          hook('sentry'),
          hook('standard'),
          { ...hook('lost', 'sentry'), secret_file: join(directory, 'nowhere') },
          { ...hook('odd', 'standard'), secret_file: join(directory, 'odd') },
        ],
        github: { repository: 'acme/shop', token_file: secret_file, webhook_secret_file: secret_file },
      },
    },
  })
  db = await freshDatabase(config)
  app = await buildServer(httpContext(httpControl(db, config, lab), db), {
    allowedHosts: [],
    logger: pino({ level: 'silent' }),
  })
})
afterAll(async () => {
  await app.close()
  await db.drop()
  lab.close()
  rmSync(directory, { recursive: true, force: true })
})

/** As Alertmanager 0.27 sends it. */
const alert = (fingerprint: string, status = 'firing') => ({
  receiver: 'grace',
  status,
  alerts: [
    {
      status,
      labels: { alertname: 'HighLatency', job: 'shop', severity: 'critical' },
      annotations: { summary: 'p95 is 2 s', description: 'The 95th percentile is over 1 s for 5 minutes.' },
      startsAt: '2026-11-27T08:00:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
      fingerprint,
    },
  ],
  groupLabels: { alertname: 'HighLatency' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  version: '4',
  groupKey: '{}:{alertname="HighLatency"}',
  truncatedAlerts: 0,
})
/** As a Sentry integration sends it. */
const issue = (id: string, action = 'created') => ({
  action,
  installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
  data: {
    issue: {
      id,
      shortId: 'SHOP-1',
      title: "TypeError: Cannot read properties of undefined (reading 'id')",
      culprit: 'GET /users',
      level: 'error',
      web_url: 'https://sentry.io/organizations/shop/issues/1/',
    },
  },
  actor: { type: 'application', id: 'sentry', name: 'Sentry' },
})

const send = async (name: string, body: unknown, headers: Record<string, string>) => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await app.inject({
    method: 'POST',
    url: `/hooks/shop/${name}`,
    payload,
    headers: { 'content-type': 'application/json', host: 'localhost', ...headers },
  })
  return { status: response.statusCode, body: response.json() }
}
const byAlertmanager = (body: unknown, secret = SECRET) =>
  send('alertmanager', body, { authorization: `Bearer ${secret}` })
const bySentry = (body: unknown, name = 'sentry', secret = SECRET) => {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const signature = createHmac('sha256', secret).update(payload).digest('hex')
  return send(name, payload, { 'sentry-hook-signature': signature, 'sentry-hook-resource': 'issue' })
}
const byStandard = (body: string, at = new Date(), secret = SECRET) =>
  send('standard', body, {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  })
/** As GitHub sends a delivery. */
const byGitHub = async (event: string, body: unknown, secret = SECRET, target = 'shop') => {
  const payload = JSON.stringify(body)
  const response = await app.inject({
    method: 'POST',
    url: `/hooks/${target}/github`,
    payload,
    headers: {
      'content-type': 'application/json',
      host: 'localhost',
      'x-github-event': event,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': await sign(secret, payload),
    },
  })
  return { status: response.statusCode, body: response.json() }
}
const FINDING = JSON.stringify({ fields: { queue: 'mail' }, title: 'T', summary: 'S', rationale: 'R' })

describe('what others notice', () => {
  test('an alert is one mission for as long as its fingerprint is the same', async () => {
    expect(await byAlertmanager(alert('aa11'))).toEqual({
      status: 202,
      body: { findings: 1, missions: [expect.stringMatching(/^M-\d+$/)] },
    })
    expect(await byAlertmanager(alert('aa11'))).toEqual({ status: 202, body: { findings: 1, missions: [] } })
    expect((await byAlertmanager(alert('bb22'))).body.missions).toHaveLength(1)
    expect((await byAlertmanager(alert('cc33', 'resolved'))).body).toEqual({ findings: 0, missions: [] })
    expect(
      await db.superuser`select m.title, o.detector, o.fields, o.seen from grace.missions m join grace.opportunities o on o.id = m.opportunity where o.detector = 'alertmanager' order by m.number`,
    ).toEqual([
      {
        title: 'p95 is 2 s',
        detector: 'alertmanager',
        fields: { alert: 'HighLatency', fingerprint: 'aa11' },
        seen: 2,
      },
      expect.objectContaining({ seen: 1 }),
    ])
  })
  test('an issue of Sentry is one, its end is none', async () => {
    expect((await bySentry(issue('1170820242'))).body).toMatchObject({
      findings: 1,
      missions: [expect.any(String)],
    })
    expect((await bySentry(issue('1170820242', 'unresolved'))).body).toEqual({ findings: 1, missions: [] })
    expect((await bySentry(issue('99', 'resolved'))).body).toEqual({ findings: 0, missions: [] })
    expect(
      (await bySentry({ action: 'triggered', data: { event: { issue_id: '5', title: 'Boom' } } })).body,
    ).toMatchObject({ findings: 1 })
    expect((await bySentry({ action: 'created', data: {} })).body).toEqual({ findings: 0, missions: [] })
  })
  test('findings by Standard Webhooks, one or many', async () => {
    const other = FINDING.replace('mail', 'orders')
    expect((await byStandard(FINDING)).body).toMatchObject({ findings: 1, missions: [expect.any(String)] })
    expect((await byStandard(`[${FINDING},${other}]`)).body).toMatchObject({
      findings: 2,
      missions: [expect.any(String)],
    })
  })
})

describe('GitHub', () => {
  const looks = async () =>
    (
      await db.superuser`select count(*)::int as n from grace.outbox where kind = 'follow-pull-requests' and done_at is null`
    )[0]!.n
  test('says where to look: once, however much it says', async () => {
    const pull = { action: 'labeled', number: 7, pull_request: { number: 7 } }
    expect(await byGitHub('ping', { zen: 'Keep it logically awesome.' })).toEqual({
      status: 202,
      body: { looks: true },
    })
    for (let i = 0; i < 5; i++) await byGitHub('pull_request', pull)
    expect(await looks()).toBe(1)
    expect((await byGitHub('star', { action: 'created' })).body).toEqual({ looks: false })
  })
  test('needs its own signature', async () => {
    for (const act of [
      () => byGitHub('pull_request', {}, 'wrong'),
      () => byGitHub('pull_request', {}, SECRET, 'nobody'),
      () => send('github', {}, { 'x-github-event': 'pull_request' }),
      () => send('github', {}, { 'x-github-event': 'pull_request', 'x-hub-signature-256': 'sha256=00' }),
      () => send('github', '', { 'x-github-event': 'pull_request', 'x-hub-signature-256': 'sha256=00' }),
    ])
      expect(await act()).toMatchObject({ status: 401, body: { code: 'webhook_refused' } })
  })
})

describe('what is refused, and leaves nothing', () => {
  const count = async () => (await db.superuser`select count(*)::int as n from grace.missions`)[0]!.n
  test.each([
    ['an alert with another secret', () => byAlertmanager(alert('x'), 'wrong')],
    ['an alert without one', () => send('alertmanager', alert('x'), {})],
    ['an issue signed by another secret', () => bySentry(issue('x'), 'sentry', 'wrong')],
    [
      'an issue whose signature is of another body',
      () =>
        send('sentry', issue('x'), {
          'sentry-hook-signature': createHmac('sha256', SECRET).update('{}').digest('hex'),
        }),
    ],
    ['findings signed six minutes ago', () => byStandard(FINDING, new Date(Date.now() - 360_000))],
    [
      'findings signed by another secret',
      () => byStandard(FINDING, new Date(), 'AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    ],
    ['findings without a signature', () => send('standard', FINDING, {})],
    ['a webhook that nobody has', () => send('nobody', alert('x'), { authorization: `Bearer ${SECRET}` })],
  ])('%s', async (_what, act) => {
    const before = await count()
    expect(await act()).toMatchObject({ status: 401, body: { code: 'webhook_refused' } })
    expect(await count()).toBe(before)
  })
  test.each([
    ['no JSON', () => byAlertmanager('hello'), 400, 'webhook_unreadable'],
    ['another version', () => byAlertmanager({ ...alert('x'), version: '3' }), 400, 'webhook_unreadable'],
    ['an alert without a fingerprint', () => byAlertmanager(alert('')), 400, 'webhook_unreadable'],
    ['another form', () => bySentry(alert('x')), 400, 'webhook_unreadable'],
    ['findings that are no JSON', () => byStandard('hello'), 400, 'webhook_unreadable'],
    ['a finding without words', () => byStandard('{"fields":{"a":"b"}}'), 400, 'detector_unreadable'],
    ['two megabytes', () => byAlertmanager('x'.repeat(2_000_000)), 413, 'body_too_large'],
    ['one whose secret is no such secret', () => send('odd', FINDING, {}), 503, 'webhook_without_secret'],
    ['one whose secret is gone', () => bySentry(issue('x'), 'lost'), 503, 'webhook_without_secret'],
  ])('%s', async (_what, act, status, code) => {
    const before = await count()
    expect(await act()).toMatchObject({ status, body: { code } })
    expect(await count()).toBe(before)
  })
  test('text of strangers is data', async () => {
    const hostile = alert('dd44')
    hostile.alerts[0]!.annotations.summary = '<!channel> \u202e`rm`\u0007\n# x'
    expect((await byAlertmanager(hostile)).status).toBe(202)
    const [row] = await db.superuser`select title from grace.missions order by number desc limit 1`
    expect(row!.title).toBe('<!channel> `rm` # x')
  })
})
