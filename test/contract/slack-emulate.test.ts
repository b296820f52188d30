// Grace's own Slack adapter, as it is, on signed HTTP, against a Slack that somebody else wrote: emulate.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import type { WebClient } from '@slack/web-api'
import { createEmulator, type Emulator } from 'emulate'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { slackChat, webClient } from '../../adapters/slack/chat.ts'
import { connectSlack } from '../../adapters/slack/connection.ts'
import { BOT_SCOPES } from '../../adapters/slack/manifest.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import type { Repositories } from '../../src/candidate/repositories.ts'
import type { Card } from '../../src/cards/card.ts'
import type { Chat } from '../../src/chat/chat.ts'
import type { Connection } from '../../src/chat/supervise.ts'
import type { SlackEnv } from '../../src/config/env.ts'
import { Secret } from '../../src/config/secret.ts'
import { sampleCards } from '../support/cards.ts'
import { freshDatabase, type TestDatabase, testConfig } from '../support/database.ts'
import { readyMission } from '../support/ready-mission.ts'
import { until } from '../support/until.ts'

const SECRET = 'a signing secret of nobody'
const TEAM = 'T000000001'
const GRACE = 'U0GRACE'
/** Of the emulator itself: a channel that Ada is not in. */
const ELSEWHERE = 'C000000001'
const CARD: Card = sampleCards().voting
const SESSION = CARD.vote!.session
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const faults: unknown[] = []
/** What came to the response_url, which the emulator does not have. */
const responses: { path: string; body: { response_type: string; text: string; blocks: object[] } }[] = []
const responseUrls = createServer(async (request, response) => {
  responses.push({ path: request.url!, body: JSON.parse(await text(request)) })
  response.end('ok')
})
let slack: Emulator
let slackServer: AddressInfo
let graceServer: AddressInfo
let db: TestDatabase
let chat: Chat
let connection: Connection
/** Ada's own Slack. */
let hers: WebClient
let ada: string
let channel: string

/** Where what `start` starts listens. */
async function listening<T>(start: () => Promise<T>): Promise<[T, AddressInfo]> {
  const listen = vi.spyOn(Server.prototype, 'listen')
  try {
    const started = await start()
    return [started, (listen.mock.contexts[0] as Server).address() as AddressInfo]
  } finally {
    listen.mockRestore()
  }
}

const env = (token: string): SlackEnv => ({
  botToken: new Secret(token),
  appToken: undefined,
  signingSecret: new Secret(SECRET),
  port: 0,
  apiUrl: `http://127.0.0.1:${slackServer.port}/api/`,
})

beforeAll(async () => {
  ;[slack, slackServer] = await listening(() =>
    createEmulator({
      service: 'slack',
      port: 0,
      hostname: '127.0.0.1',
      seed: {
        slack: {
          users: [{ name: 'ada' }],
          channels: [{ name: 'missions' }],
          oauth_apps: [
            {
              app_id: 'A0GRACE',
              client_id: '1.2',
              client_secret: 'none',
              name: 'Grace',
              redirect_uris: [],
              bot_id: 'B0GRACE',
              bot_user_id: GRACE,
              bot_name: 'grace',
            },
          ],
          tokens: [
            { token: 'xoxb-grace', user_id: GRACE, app_id: 'A0GRACE', bot_id: 'B0GRACE', scopes: BOT_SCOPES },
            { token: 'xoxp-ada', user: 'ada', app_id: 'A0GRACE' },
          ],
          // A call that the manifest does not ask a scope for is refused.
          strict_scopes: true,
        },
      },
    }),
  )
  await new Promise<void>((done) => responseUrls.listen(0, '127.0.0.1', done))
  hers = webClient(env('xoxp-ada'))
  ada = (await hers.auth.test()).user_id!
  channel = (await hers.conversations.list()).channels!.find(({ name }) => name === 'missions')!.id!

  db = await freshDatabase(
    testConfig({ parliament: { members: [{ id: 'ada', name: 'Ada', slack: `${TEAM}/${ada}` }] } }),
  )
  const client = webClient(env('xoxb-grace'))
  chat = slackChat(client)
  const ours = ({ account }: { account: string }) => account.startsWith(`${TEAM}/`)
  ;[connection, graceServer] = await listening(() =>
    connectSlack(
      env('xoxb-grace'),
      {
        ctx: {
          control: {
            transact: db.app.transact,
            config: db.config,
            repositories: {} as Repositories,
            pageOf: String,
          },
          list: missionListOn(db.app.db),
          chats: { slack: chat },
          status: () => ['all is well'],
        },
        inbox: db.app,
        chat,
        client,
        known: ours,
        named: () => false,
        onFault: (error) => void faults.push(error),
      },
      '127.0.0.1',
    ),
  )
})
afterEach(() => expect(faults.splice(0)).toEqual([]))
afterAll(async () => {
  await connection?.stop()
  await slack?.close()
  responseUrls.close()
  await db?.drop()
})

const responseUrl = (path: string) =>
  `http://127.0.0.1:${(responseUrls.address() as AddressInfo).port}${path}`

/** As Slack sends it: JSON for events, a form for the rest. */
async function send(payload: object | URLSearchParams, { secret = SECRET, secondsAgo = 0 } = {}) {
  const form = payload instanceof URLSearchParams
  const body = form ? payload.toString() : JSON.stringify(payload)
  const at = `${Math.floor(Date.now() / 1000) - secondsAgo}`
  const response = await fetch(`http://127.0.0.1:${graceServer.port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`,
    },
    body,
  })
  return { status: response.status, body: await response.text() }
}
const ACKNOWLEDGED = { status: 200, body: '' }
const REFUSED = { status: 401, body: '' }

const messageOf = async (ts: string) =>
  (await hers.conversations.history({ channel })).messages!.find((one) => one.ts === ts)!
const repliesTo = async (ts: string) =>
  (await hers.conversations.replies({ channel, ts })).messages!.filter((one) => one.ts !== ts)
const triggerId = async (): Promise<string> =>
  ((await hers.apiCall('views.generateTriggerId', { user_id: ada })) as unknown as { trigger_id: string })
    .trigger_id
/** What the emulator shows of what no method returns, as words. */
const page = async (query: string) =>
  (await (await fetch(`http://127.0.0.1:${slackServer.port}/?${query}`)).text())
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

interface ButtonShown {
  readonly action_id: string
}
/** A click on what the emulator shows in the channel. */
async function clickOn(ts: string, actionId: string) {
  const { blocks = [] } = await messageOf(ts)
  const shown = blocks.flatMap((block) => ('elements' in block ? (block.elements as ButtonShown[]) : []))
  const button = shown.find(({ action_id }) => action_id === actionId)!
  const actionTs = `${Date.now() / 1000}`
  const payload = {
    type: 'block_actions',
    team: { id: TEAM },
    user: { id: ada, username: 'ada', team_id: TEAM },
    api_app_id: 'A0GRACE',
    channel: { id: channel },
    container: { type: 'message', message_ts: ts, channel_id: channel },
    message: { type: 'message', ts },
    trigger_id: await triggerId(),
    response_url: responseUrl(`/click/${actionTs}`),
    actions: [{ ...button, block_id: 'vote', action_ts: actionTs }],
  }
  return {
    body: new URLSearchParams({ payload: JSON.stringify(payload) }),
    key: `slack:${TEAM}/${ada}:${actionTs}:${ts}`,
    token: payload.response_url,
  }
}
const inboxOf = (key: string) => db.app.transact(({ inbox }) => inbox.find(key))

const commandOf = async (words: string) =>
  new URLSearchParams({
    command: '/missions',
    text: words,
    team_id: TEAM,
    user_id: ada,
    user_name: 'ada',
    channel_id: channel,
    trigger_id: await triggerId(),
    response_url: responseUrl(`/command/${words}`),
  })

test('both listen on the loopback only', () => {
  expect([slackServer.address, graceServer.address]).toEqual(['127.0.0.1', '127.0.0.1'])
  expect(connection.alive()).toBe(true)
})

test('a card is posted, edited in place with its chart, and talked about in its thread', async () => {
  const shown = await chat.post(channel, CARD, 'emulate:card')
  const posted = await messageOf(shown.message)
  expect(posted).toMatchObject({
    user: GRACE,
    metadata: {
      event_type: 'grace_mission',
      event_payload: { mission: CARD.mission, key: 'emulate:card' },
    },
  })
  expect(JSON.stringify(posted.blocks)).toContain('Awaiting your vote')

  const picture = { png: PNG, text: 'before and after' }
  const chart = await chat.upload!(channel, shown.message, picture)
  expect(chart).toMatch(/^F/)
  const done = sampleCards().succeeded
  expect(await chat.edit(channel, { ...shown, chart }, done, undefined)).toEqual({ ...shown, chart })
  const edited = await messageOf(shown.message)
  expect(edited.edited).toMatchObject({ user: GRACE })
  expect(JSON.stringify(edited.blocks)).toContain('✅ Complete')
  expect(edited.blocks).toContainEqual(expect.objectContaining({ type: 'image', slack_file: { id: chart } }))
  expect((await hers.conversations.history({ channel })).messages).toHaveLength(1)
  expect(await chat.edit(channel, { ...shown, message: '1.000001' }, CARD, undefined)).toBe('gone')

  const post = { title: 'Measured', lines: ['p95 is 1.3 ms'] }
  const said = await chat.say(channel, shown, 'M-12', post, 'emulate:first', false)
  expect(said.thread).toBe(shown.message)
  // Asked again after an answer that was lost, it is found and not said twice.
  expect(await chat.say(channel, shown, 'M-12', post, 'emulate:first', true)).toEqual(said)
  const [withFile, reply, ...more] = await repliesTo(shown.message)
  expect(withFile!.files).toMatchObject([{ id: chart, mimetype: 'image/png' }])
  expect(reply).toMatchObject({ ts: said.message, thread_ts: shown.message, user: GRACE })
  expect(JSON.stringify(reply!.blocks)).toContain('p95 is 1.3 ms')
  expect(more).toEqual([])

  await chat.react(channel, said.message)
  await chat.react(channel, said.message)
  expect((await repliesTo(shown.message))[1]!.reactions).toEqual([
    { name: 'white_check_mark', users: [GRACE], count: 1 },
  ])
})

test('a private answer is seen by one person only, as a direct message where they left the channel', async () => {
  const address = { platform: 'slack', account: `${TEAM}/${ada}` } as const
  const reply = (line: string) => ({ title: '', lines: [line], buttons: [] })
  await chat.tell({ ...address, channel }, reply('between the two of us'))
  expect(await page(`tab=messages&channel=${channel}`)).toMatch(/ada ephemeral between the two of us/)
  expect(JSON.stringify((await hers.conversations.history({ channel })).messages)).not.toContain('between')

  await chat.tell({ ...address, channel: ELSEWHERE }, reply('you are not there'))
  const direct = (await hers.conversations.open({ users: GRACE })).channel!.id!
  expect((await hers.conversations.history({ channel: direct })).messages).toMatchObject([
    { user: GRACE, text: expect.stringContaining('you are not there') },
  ])
})

test('a command is acknowledged and answered through its response_url', async () => {
  const { mission } = await readyMission(db, { votes: {}, close: false })
  expect(await send(await commandOf('list'))).toEqual(ACKNOWLEDGED)
  await until(() => responses.length === 1)
  const [answer] = responses.splice(0)
  expect(answer).toMatchObject({ path: '/command/list', body: { response_type: 'ephemeral' } })
  const { number } = (await db.app.transact(({ missions }) => missions.find(mission)))!
  expect(JSON.stringify(answer!.body.blocks)).toContain(`M-${number}`)
  expect(JSON.stringify(answer!.body.blocks)).toContain('A test')
})

test('a click stands in the inbox once, and Reject asks for a reason first', async () => {
  const { message } = await chat.post(channel, CARD, 'emulate:votes')
  const approve = await clickOn(message, 'vote:approve')
  expect(await send(approve.body)).toEqual(ACKNOWLEDGED)
  expect(await inboxOf(approve.key)).toMatchObject({
    platform: 'slack',
    account: `${TEAM}/${ada}`,
    name: 'ada',
    session: SESSION,
    vote: 'approve',
    address: { platform: 'slack', account: `${TEAM}/${ada}`, channel, token: approve.token },
  })
  expect(await send(approve.body)).toEqual(ACKNOWLEDGED)

  const reject = await clickOn(message, 'vote:reject')
  expect(await send(reject.body)).toEqual(ACKNOWLEDGED)
  await until(async () => /V[0-9A-F]{9} modal ada A0GRACE/.test(await page('tab=views')))
  expect(await db.superuser`select key from grace.inbox`).toEqual([{ key: approve.key }])
  expect(await db.superuser`select from grace.outbox where kind = 'count-click'`).toHaveLength(1)
})

test('a reply in the thread of a card is feedback, with a link to it', async () => {
  const { mission } = await readyMission(db, { votes: {}, close: false })
  const { message } = await chat.post(channel, CARD, 'emulate:feedback')
  await db.app.transact(async ({ cards }) => {
    const record = await cards.lease({ mission, platform: 'slack', channel }, 1_000)
    await cards.save({ ...record!, message, thread: message })
  })
  const { ts } = await hers.chat.postMessage({ channel, thread_ts: message, text: 'and the index?' })
  const [event] = (await repliesTo(message)) as object[]
  const envelope = {
    type: 'event_callback',
    team_id: TEAM,
    event_id: `Ev${randomUUID()}`,
    event: { ...event, channel },
  }
  expect(await send(envelope)).toEqual(ACKNOWLEDGED)
  const heard = () => db.app.transact(({ feedback }) => feedback.of(mission))
  await until(async () => (await heard()).length > 0)
  expect(await heard()).toMatchObject([
    {
      author: { kind: 'member', id: 'ada' },
      text: 'and the index?',
      external: `slack:${channel}:${ts}`,
      permalink: (await hers.chat.getPermalink({ channel, message_ts: ts! })).permalink,
    },
  ])
})

test('what Slack did not sign, or signed more than five minutes ago, is refused and does nothing', async () => {
  const { message } = await chat.post(channel, CARD, 'emulate:forged')
  const forged = await clickOn(message, 'vote:approve')
  expect(await send(forged.body, { secret: 'a guess' })).toEqual(REFUSED)
  expect(await send(await commandOf('list'), { secret: 'a guess' })).toEqual(REFUSED)
  expect(await send(forged.body, { secondsAgo: 310 })).toEqual(REFUSED)
  expect(await inboxOf(forged.key)).toBeUndefined()
  expect(responses).toEqual([])

  expect(await send(forged.body, { secondsAgo: 280 })).toEqual(ACKNOWLEDGED)
  expect(await inboxOf(forged.key)).toBeDefined()
})
