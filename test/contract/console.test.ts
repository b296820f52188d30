// The console by HTTP, as a browser without a script speaks it: who gets in, what is sent, and what is refused.
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildServer } from '../../adapters/http/server.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { createSignInCode, LINK_LIFE_MS, SESSION_LIFE_MS } from '../../src/access/sign-in.ts'
import { createToken } from '../../src/access/token.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import { configOf } from '../../src/config/config.ts'
import { SCOPES } from '../../src/kernel/actor.ts'
import { digestOfText } from '../../src/kernel/digest.ts'
import { giveFeedback } from '../../src/mission/give-feedback.ts'
import { openMission } from '../../src/mission/open-mission.ts'
import { storyOf } from '../../src/mission/read-mission.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { httpContext, httpControl } from '../support/http.ts'
import { member } from '../support/people.ts'
import { answers, type Ready, readyMission } from '../support/ready-mission.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const HOST = 'localhost:8443'
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</textarea></title>`
const PATCH = 'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+zwei\n'

let lab: Lab
let db: TestDatabase
let app: FastifyInstance
let control: ChatControl
let ready: Ready
const lines: string[] = []
const cookies: Record<string, string> = {}

beforeAll(async () => {
  lab = await openLab()
  const { repository } = lab.target({ 'a.txt': 'one\ntwo\n' })
  const live = {
    live: { metrics: 'http://127.0.0.1:1/m' },
    deploy: { command: 'true', rollback: 'true' },
  }
  const config = configOf('console', {
    parliament: {
      members: [{ id: 'ada', name: 'Ada' }, { id: 'ben' }, { id: 'cem' }],
      min_approvals: 2,
      dwell: '0s',
    },
    policy: { max_open_missions: 1000 },
    targets: { shop: { repository, ...live }, other: { repository, voters: ['cem', 'ben'], ...live } },
  })
  db = await freshDatabase(config)
  control = httpControl(db, config, lab)
  app = await buildServer(httpContext(control, db), {
    allowedHosts: [],
    logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
  })
  for (const id of ['ada', 'ben', 'cem']) cookies[id] = await session(id)
  ready = await readyMission(db, { votes: {}, close: false })
})
afterAll(async () => {
  await app.close()
  await db.drop()
  lab.close()
})

const code = (id: string) => createSignInCode(tokensOn(db.app.db), id)
const cookieIn = (answer: { headers: Record<string, unknown> }, name = 'grace_session') =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map(String)
    .find((line) => line.startsWith(`${name}=`))
const session = async (id: string): Promise<string> =>
  cookieIn(await post('/sign-in', { code: await code(id) }, { as: null }))!.split(';')[0]!

const get = (url: string, { as = 'ada', headers = {} }: { as?: string | null; headers?: object } = {}) =>
  app.inject({
    method: 'GET',
    url,
    headers: { host: HOST, accept: 'text/html', ...(as ? { cookie: cookies[as] ?? as } : {}), ...headers },
  })
const post = (
  url: string,
  form: Record<string, string>,
  { as = 'ada', headers = {} }: { as?: string | null; headers?: object } = {},
) =>
  app.inject({
    method: 'POST',
    url,
    headers: {
      host: HOST,
      origin: `http://${HOST}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...(as ? { cookie: cookies[as] ?? as } : {}),
      ...headers,
    },
    payload: new URLSearchParams(form).toString(),
  })
/** Follows the redirect after a form, with what it says. */
const follow = async (answer: Awaited<ReturnType<typeof post>>, as = 'ada') => {
  expect(answer.statusCode).toBe(303)
  const said = cookieIn(answer, 'grace_said')?.split(';')[0] ?? ''
  return get(String(answer.headers.location), { as: `${cookies[as]}; ${said}` })
}
const name = async () => {
  const { mission } = await control.transact((stores) => storyOf(stores, ready.mission))
  return `M-${mission.number}`
}
const ballots = () =>
  db.superuser<{ member: string; vote: string; via: string; reason: string }[]>`
    select member, vote, via, reason from grace.ballots where session = ${ready.session} order by member`

describe('who gets in', () => {
  test('nobody without a session: a page leads to the sign-in, and back', async () => {
    for (const url of ['/', '/missions/M-1', '/missions/M-1/change.patch', '/propose', '/status']) {
      const { statusCode, headers } = await get(url, { as: null })
      expect([url, statusCode, headers.location]).toEqual([
        url,
        303,
        `/sign-in?next=${encodeURIComponent(url)}`,
      ])
    }
    expect((await get('/changes', { as: null, headers: { accept: 'text/event-stream' } })).statusCode).toBe(
      401,
    )
  })
  test('a form without a session does nothing and gives back what was typed', async () => {
    const answer = await post(
      `/missions/${await name()}/feedback`,
      { text: 'An hour of thinking' },
      { as: null },
    )
    expect(answer.statusCode).toBe(401)
    expect(answer.body).toMatch(/Your session has ended/)
    expect(answer.body).toMatch(/An hour of thinking/)
  })
  test('a link is good once', async () => {
    const secret = await code('ada')
    const first = await post('/sign-in', { code: secret, next: '/status' }, { as: null })
    expect([first.statusCode, first.headers.location]).toEqual([303, '/status'])
    expect(cookieIn(first)).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
    const second = await post('/sign-in', { code: secret }, { as: null })
    expect(second.statusCode).toBe(401)
    expect(second.body).toMatch(/was used, or is older than five minutes/)
  })
  test('a link of somebody else does not take the place of who is signed in', async () => {
    const theirs = await code('cem')
    const answer = await post('/sign-in', { code: theirs }, { as: 'ada' })
    expect(answer.statusCode).toBe(401)
    expect(answer.body).toMatch(/You are signed in as Ada; the link is cem's/)
    expect(cookieIn(answer)).toBeUndefined()
  })
  test('over TLS the cookie is for TLS only', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { host: HOST, origin: `https://${HOST}`, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ code: await code('ada') }).toString(),
    })
    expect(cookieIn(answer)).toMatch(/; Secure/)
  })
  test('the whole link may be pasted', async () => {
    const link = `  http://${HOST}/sign-in#${await code('ada')}\n`
    expect((await post('/sign-in', { code: link }, { as: null })).statusCode).toBe(303)
  })
  test('of two that use one link at the same time one gets in', async () => {
    const secret = await code('ada')
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/sign-in', { code: secret }, { as: null })),
    )
    expect(answers.filter((one) => one.statusCode === 303)).toHaveLength(1)
  })
  test.each(['', 'x', 'A'.repeat(43), 'x'.repeat(100_000), '%00', "' or 1=1 --"])(
    'a made-up link gets nobody in: %#',
    async (secret) => {
      expect((await post('/sign-in', { code: secret }, { as: null })).statusCode).toBe(401)
    },
  )
  test('no key opens another door: links, cookies and API tokens are three things', async () => {
    const { token } = await createToken(tokensOn(db.app.db), {
      label: 'x',
      member: 'ada',
      scopes: SCOPES,
      days: 1,
    })
    const cookie = cookies.ada!.split('=')[1]!
    const link = await code('ada')
    const api = (bearer: string) =>
      get('/mission-control/autonomous/missions', {
        as: null,
        headers: { authorization: `Bearer ${bearer}` },
      })
    expect((await api(token)).statusCode).toBe(200)
    for (const secret of [cookie, link]) expect((await api(secret)).statusCode).toBe(401)
    for (const secret of [token, link])
      expect((await get('/', { as: `grace_session=${secret}` })).statusCode).toBe(303)
    for (const secret of [token, cookie])
      expect((await post('/sign-in', { code: secret }, { as: null })).statusCode).toBe(401)
    expect(
      (await get('/mission-control/autonomous/missions')).statusCode,
      'a browser’s cookie does not open the API',
    ).toBe(401)
  })
  test('signing out ends the session itself, not only the cookie', async () => {
    const mine = await session('ada')
    expect((await get('/', { as: mine })).statusCode).toBe(200)
    await post('/sign-out', {}, { as: mine })
    expect((await get('/', { as: mine })).statusCode).toBe(303)
  })
  test('after the sign-in one goes on to a page of ours, and to no other site', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const answer = await post('/sign-in', { code: await code('ada'), next }, { as: null })
      expect([next, answer.headers.location]).toEqual([next, '/'])
    }
  })
  test('a click from elsewhere comes without the strict cookie, and is sent on by a page of ours', async () => {
    const answer = await get('/missions/M-1', { as: null, headers: { 'sec-fetch-site': 'cross-site' } })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toMatch(/http-equiv="refresh" content="0"/)
    expect(answer.body).not.toMatch(/A test/)
  })
})

describe('where a form comes from', () => {
  const vote = async (headers: object) =>
    post(`/missions/${await name()}/vote`, { session: ready.session, vote: 'approve' }, { headers })
  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this host', { origin: 'http://localhost:9' }],
    ['a page without an origin', { origin: 'null' }],
    ['nowhere', { origin: '' }],
    ['a lie', { origin: 'not a url' }],
  ])('refused from %s, whatever its cookie', async (_from, headers) => {
    expect((await vote(headers)).statusCode).toBe(403)
    expect(await ballots()).toEqual([])
  })
  test('under a name that is not ours nothing answers', async () => {
    const answer = await get('/', { headers: { host: 'evil.example' } })
    expect(answer.statusCode).toBe(421)
  })
})

describe('what is sent', () => {
  test('every page forbids inline scripts, frames and other origins, and has none of them', async () => {
    for (const url of ['/', `/missions/${await name()}`, '/propose', '/status', '/sign-in']) {
      const { headers, body } = await get(url)
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'/,
      )
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(body).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=|<style|javascript:/i)
    }
  })
  test('hostile words are words, wherever they stand', async () => {
    const mission = await openMission(control, member('ada'), {
      target: 'shop',
      title: HOSTILE,
      description: HOSTILE,
      rationale: HOSTILE,
      patch: PATCH.replace('zwei', HOSTILE),
    })
    await giveFeedback(control, member('ada'), mission.id, HOSTILE, {
      external: 'slack:x:1',
      permalink: 'javascript:alert(1)',
    })
    for (const url of [`/missions/M-${mission.number}`, '/']) {
      const { body, statusCode } = await get(url)
      expect(statusCode).toBe(200)
      expect(body).not.toMatch(/<script>alert|<img src=x|href="javascript/)
      expect(body).toMatch(/&lt;script>alert\(1\)|&lt;script&gt;/)
    }
    const patch = await get(`/missions/M-${mission.number}/change.patch`)
    expect(patch.headers['content-type']).toMatch(/^text\/plain/)
    expect(patch.headers['x-content-type-options']).toBe('nosniff')
  })
  test('what an agent did is listed with its transcript, which is text for whoever is signed in', async () => {
    const digest = digestOfText(HOSTILE)
    const run = { agent: 'fixer', digest, ended: HOSTILE, tokens: 7, requests: 2, wallMs: 1_000 }
    await control.transact(({ transcripts }) =>
      transcripts.insert({ ...run, mission: ready.mission, transcript: HOSTILE }),
    )
    const url = `/missions/${await name()}/transcripts/${digest}`
    const page = (await get(`/missions/${await name()}`)).body
    expect(page).toMatch(/fixer<\/strong>[\s\S]*2 requests, 7 tokens/)
    expect(page).toContain(`href="${url}"`)
    expect(page).not.toMatch(/<script>alert/)
    const shown = await get(url)
    expect([shown.body, shown.headers['content-type']]).toEqual([HOSTILE, 'text/plain; charset=utf-8'])
    expect((await get(url, { as: null })).statusCode).toBe(303)
    expect((await get(`${url}0`)).statusCode).toBe(404)
  })
  test('the first page, with its script and style, has less than 100 kB', async () => {
    const files = [
      '/',
      '/console/console.css',
      '/console/console.js',
      '/console/passkey.js',
      '/console/idiomorph.js',
      '/console/icon.svg',
    ]
    const sizes = await Promise.all(files.map(async (url) => Buffer.byteLength((await get(url)).rawPayload)))
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(100_000)
  })
  test('filters filter, unknown ones do not, and there is more behind the last row', async () => {
    for (let i = 0; i < 27; i++)
      await openMission(control, member('ada'), {
        target: 'other',
        title: `Number ${i}`,
        description: 'x',
        rationale: 'x',
      })
    const others = (await get('/?target=other&state=open')).body
    expect(others).toMatch(/27 missions/)
    expect(others).not.toMatch(/A test/)
    const next = /href="(\/\?[^"]*before=\d+)"/.exec(others)![1]!.replaceAll('&amp;', '&')
    expect((await get(next)).body).toMatch(/Number 0/)
    expect((await get('/?state=succeeded')).body).toMatch(/0 missions/)
    expect((await get('/?state=nonsense&target=nonsense&before=x')).statusCode).toBe(200)
  })
  test('what is not there is said, with a way on', async () => {
    for (const url of ['/missions/M-999999', '/missions/nope']) {
      const { statusCode, body } = await get(url)
      expect([url, statusCode]).toEqual([url, 404])
      expect(body).toMatch(/There is no mission/)
    }
  })
})

describe('voting', () => {
  const vote = async (form: Record<string, string>, as = 'ada') =>
    post(`/missions/${await name()}/vote`, { session: ready.session, ...form }, { as })

  test('a click is a ballot from the console, and its receipt is said once', async () => {
    const page = await follow(await vote({ vote: 'approve', reason: 'The figures hold' }))
    expect(page.body).toMatch(/Your vote &quot;approve&quot; is counted|Your vote "approve" is counted/)
    expect(await ballots()).toEqual([
      { member: 'ada', vote: 'approve', via: 'console', reason: 'The figures hold' },
    ])
    expect((await get(`/missions/${await name()}`)).body).not.toMatch(/is counted/)
  })
  test('the same form sent again changes nothing', async () => {
    const page = await follow(await vote({ vote: 'approve', reason: 'The figures hold' }))
    expect(page.body).toMatch(/stands as it was/)
    expect(await ballots()).toHaveLength(1)
  })
  test('a reject asks why, and keeps what was typed', async () => {
    const answer = await vote({ vote: 'reject', reason: '  ' }, 'ben')
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toMatch(/role="alert"/)
    expect(answer.body).toMatch(/A reject needs its reason/)
    const long = await vote({ vote: 'reject', reason: 'x'.repeat(1_001) }, 'ben')
    expect([long.statusCode, long.body.includes('x'.repeat(1_001))]).toEqual([400, true])
    expect(await ballots()).toHaveLength(1)
  })
  test('a vote is taken back', async () => {
    expect((await follow(await vote({ vote: 'withdrawn' }))).body).toMatch(/is withdrawn/)
    expect((await ballots())[0]?.vote).toBe('withdrawn')
  })
  test('another mission’s session is not voted in from here', async () => {
    const other = await readyMission(db, { votes: {}, close: false })
    const answer = await post(`/missions/${await name()}/vote`, { session: other.session, vote: 'approve' })
    expect(answer.statusCode).toBe(404)
    expect(await db.superuser`select from grace.ballots where session = ${other.session}`).toHaveLength(0)
  })
  test('who is no elector is told so', async () => {
    const other = await readyMission(db, { votes: {}, close: false, target: 'other' })
    const { mission } = await control.transact((stores) => storyOf(stores, other.mission))
    const url = `/missions/M-${mission.number}/vote`
    const page = await follow(await post(url, { session: other.session, vote: 'approve' }))
    expect(page.body).toMatch(/Ada is not in the electorate/)
    expect(await db.superuser`select from grace.ballots where session = ${other.session}`).toHaveLength(0)
  })
  test.each(['', 'maybe', 'approve,reject', '__proto__'])('a vote that is none: %j', async (choice) => {
    expect((await vote({ vote: choice })).statusCode).toBe(400)
  })
  test('a void session and one past its deadline are said', async () => {
    const old = await readyMission(db, { votes: {}, close: false })
    const { mission } = await control.transact((stores) => storyOf(stores, old.mission))
    await db.superuser`update grace.sessions set state = 'void', reason = 'Replaced.' where id = ${old.session}`
    const url = `/missions/M-${mission.number}/vote`
    const page = await follow(await post(url, { session: old.session, vote: 'approve' }))
    expect(page.body).toMatch(/superseded/)
  })
})

describe('the other forms', () => {
  test('feedback is kept, and what is too long comes back to be shortened', async () => {
    const url = `/missions/${await name()}/feedback`
    expect((await follow(await post(url, { text: 'What of nulls?' }))).body).toMatch(/What of nulls\?/)
    const long = await post(url, { text: 'y'.repeat(4_001) })
    expect([long.statusCode, long.body.includes('y'.repeat(4_001))]).toEqual([400, true])
  })
  test('a mission is proposed, and faults stand at their fields', async () => {
    const answer = await post('/propose', {
      target: 'shop',
      title: 'Zwei',
      rationale: 'Shorter',
      change: PATCH.replaceAll('\n', '\r\n'),
    })
    expect(answer.headers.location).toMatch(/^\/missions\/M-\d+$/)
    expect((await follow(answer)).body).toMatch(/zwei/)
    const wrong = await post('/propose', {
      target: 'shop',
      title: 'A',
      rationale: 'B',
      claim: 'speed 5',
      change: 'two words',
    })
    expect(wrong.statusCode).toBe(400)
    expect(wrong.body).toMatch(/aria-invalid="true"/)
    expect(wrong.body).toMatch(/Say a KPI and a number/)
    const refused = await post('/propose', {
      target: 'shop',
      title: 'A',
      rationale: 'B',
      change: 'no-such-branch',
    })
    expect(refused.body).toMatch(/no branch, tag or commit/)
    expect(refused.body).toMatch(/no-such-branch/)
  })
  test('a check that asks for a person is answered with name and reason', async () => {
    const asking = await readyMission(db, {
      votes: {},
      close: false,
      checks: answers({ fairness: 'needs_human' }),
    })
    const { mission } = await control.transact((stores) => storyOf(stores, asking.mission))
    const url = `/missions/M-${mission.number}`
    expect((await get(url)).body).toMatch(/Attest with my name/)
    const none = await post(`${url}/attest`, { check: 'fairness', reason: '' })
    expect(none.statusCode).toBe(400)
    const page = await follow(await post(`${url}/attest`, { check: 'fairness', reason: 'Only a comment' }))
    expect(page.body).toMatch(/Ada: Only a comment/)
    expect((await post(`${url}/attest`, { check: 'safety', reason: 'x' })).statusCode).toBe(409)
  })
  test('a target is paused and resumed by those who vote on it', async () => {
    expect((await follow(await post('/targets/other/pause', {}))).body).toMatch(
      /Only members who vote|not a voter|may/,
    )
    await post('/targets/shop/pause', {})
    expect((await get('/status')).body).toMatch(/Stopped: /)
    await post('/targets/shop/resume', {})
    expect((await get('/status')).body).not.toMatch(/Stopped: /)
    expect((await follow(await post('/targets/nope/pause', {}))).body).toMatch(/There is no target/)
  })
  test('cancelling asks for a reason', async () => {
    const made = await post('/propose', { target: 'shop', title: 'Short-lived', rationale: 'x' })
    const url = String(made.headers.location)
    expect((await post(`${url}/cancel`, { reason: '' })).statusCode).toBe(400)
    expect((await follow(await post(`${url}/cancel`, { reason: 'Not now' }))).body).toMatch(
      /Cancelled by Ada: Not now/,
    )
  })
  test('a body that is no form, or far too large', async () => {
    const url = `/missions/${await name()}/feedback`
    const json = await app.inject({
      method: 'POST',
      url,
      headers: { host: HOST, origin: `http://${HOST}`, cookie: cookies.ada! },
      payload: { text: { $ne: '' } },
    })
    expect(json.statusCode).toBe(400)
    expect((await post(url, { text: 'z'.repeat(5_000_000) })).statusCode).toBe(413)
  })
})

test('sessions and links end by themselves, and no secret of theirs is in a log', async () => {
  const link = await code('ben')
  await db.skip(LINK_LIFE_MS)
  expect((await post('/sign-in', { code: link }, { as: null })).statusCode).toBe(401)
  await db.skip(SESSION_LIFE_MS)
  expect((await get('/')).statusCode).toBe(303)
  const log = lines.join('')
  expect(log).toMatch(/"path":"\/sign-in"/)
  for (const secret of [link, ...Object.values(cookies).map((one) => one.split('=')[1]!)])
    expect(log).not.toContain(secret)
})

test('who is no member any more is signed out', async () => {
  const mine = await session('cem')
  expect((await get('/', { as: mine })).statusCode).toBe(200)
  await db.superuser`update grace.members set active = false where id = 'cem'`
  expect((await get('/', { as: mine })).statusCode).toBe(303)
})
