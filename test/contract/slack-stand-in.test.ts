// The stand-in for Slack, with a real Bolt 5 on the other side, by Socket Mode and by signed HTTP.
import type { AddressInfo, Server } from 'node:net'
import { App, HTTPReceiver, type Receiver, SocketModeReceiver, type types, webApi } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  blocksTooLong,
  checkBlocks,
  checkView,
  type Slack,
  type SlackOptions,
  startSlack,
} from '../support/slack/index.ts'
import { BROKEN, LIMIT_CASES } from '../support/slack/limit-cases.ts'

const { WebClient } = webApi

const SECRET = 'shh'
const CHANNEL = 'C0OPS'
const QUIET = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as never,
}
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const CARD: types.KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: 'Add an index?' } },
  {
    type: 'actions',
    block_id: 'vote',
    elements: [
      { type: 'button', action_id: 'approve', value: '1:M-1', text: { type: 'plain_text', text: 'Approve' } },
      {
        type: 'button',
        action_id: 'reject',
        value: '1:M-1',
        style: 'danger',
        text: { type: 'plain_text', text: 'Reject' },
      },
    ],
  },
]

async function workspace(options?: SlackOptions): Promise<Slack> {
  const slack = await startSlack(options)
  onTestFinished(() => slack.close())
  slack.addUser('U0ADA', { name: 'ada' })
  slack.addUser('U0EVE', { name: 'eve', teamId: 'T0OTHER', isRestricted: true })
  slack.addChannel(CHANNEL, { name: 'ops' })
  return slack
}

const clientOptions = (slack: Slack): webApi.WebClientOptions => ({
  slackApiUrl: slack.url,
  logger: QUIET,
  timeout: 5000,
  retryConfig: { retries: 2, minTimeout: 10, maxTimeout: 20 },
})
const clientOf = (slack: Slack, more: webApi.WebClientOptions = {}) =>
  new WebClient(slack.botToken, { ...clientOptions(slack), ...more })

/** Deferred, because an auth.test that fails inside the constructor is an unhandled rejection. */
async function appWith(slack: Slack, receiver: Receiver): Promise<App> {
  const common = { clientOptions: clientOptions(slack), logger: QUIET, deferInitialization: true }
  const app = new App({ token: slack.botToken, receiver, ...common })
  await app.init()
  return app
}

async function bySocket(slack: Slack, prepare: (app: App) => void = () => {}): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: QUIET,
    clientPingTimeout: 200,
    installerOptions: { clientOptions: clientOptions(slack) },
  })
  const app = await appWith(slack, receiver)
  prepare(app)
  await app.start()
  onTestFinished(() => void app.stop())
  return app
}

async function byHttp(slack: Slack, prepare: (app: App) => void = () => {}, secret = SECRET): Promise<App> {
  const app = await appWith(slack, new HTTPReceiver({ signingSecret: SECRET, logger: QUIET }))
  prepare(app)
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server
  onTestFinished(() => void app.stop())
  slack.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`, secret)
  return app
}

/** Takes the place of the test runner's own listeners until it has caught one. */
function nextUnhandledRejection(): Promise<unknown> {
  const runners = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[]
  process.removeAllListeners('unhandledRejection')
  return new Promise((resolve) =>
    process.once('unhandledRejection', (reason) => {
      for (const listener of runners) process.on('unhandledRejection', listener)
      resolve(reason)
    }),
  )
}

const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { data?: { error: string } }) => error.data?.error ?? error,
  )

describe.each([
  ['Socket Mode', bySocket],
  ['signed HTTP', byHttp],
] as const)('Bolt by %s', (_, start) => {
  test('a card is posted, clicked and edited; the click carries what Slack sends', async () => {
    const slack = await workspace()
    const app = await start(slack, (app) => {
      app.action('approve', async ({ ack, body, client, action }) => {
        await ack()
        if (body.type !== 'block_actions' || action.type !== 'button') return
        const seen = [body.user.team_id, action.value, body.message?.metadata, body.container.message_ts]
        await client.chat.update({
          channel: CHANNEL,
          ts: body.message?.ts ?? '',
          text: JSON.stringify(seen),
          blocks: [],
        })
      })
    })
    const card = await app.client.chat.postMessage({ channel: CHANNEL, text: 'Add an index?', blocks: CARD })
    const ts = card.ts ?? ''
    const click = await slack.click({ user: 'U0EVE', channel: CHANNEL, ts, buttonText: 'Approve' })
    expect(click).toMatchObject({ acknowledged: true, response: undefined })
    expect(click.acknowledgedInMs).toBeLessThan(1000)
    await slack.when(() => slack.callsTo('chat.update').some((call) => call.answered === 'ok'))
    const [message] = slack.messages(CHANNEL)
    expect(message?.text).toBe(JSON.stringify(['T0OTHER', '1:M-1', null, ts]))
    expect(message?.history.map(({ via }) => via)).toEqual(['chat.postMessage', 'chat.update'])
    expect(slack.busiestSecond('chat.update', ts)).toBe(1)

    const gone = { user: 'U0ADA', channel: CHANNEL, ts, actionId: 'approve' }
    await expect(slack.click(gone)).rejects.toThrow('nothing to click')
    expect(await slack.click({ ...gone, stale: true })).toMatchObject({ acknowledged: true })
  })

  test('a modal is opened once, within 3 s, and its submission is answered with errors, then closes it', async () => {
    const slack = await workspace()
    const openings: Promise<unknown>[] = []
    let open: (trigger: string) => Promise<unknown> = async () => {}
    const app = await start(slack, (app) => {
      app.action('reject', async ({ ack, body }) => {
        await ack()
        if ('trigger_id' in body) openings.push(open(body.trigger_id))
      })
      app.view('why', async ({ ack, view, body }) => {
        const said = view.state.values.reason?.text?.value
        expect([view.private_metadata, body.user.id]).toEqual(['M-1', 'U0ADA'])
        if (said === 'no') await ack({ response_action: 'errors', errors: { reason: 'Say more' } })
        else await ack()
      })
    })
    const modal = {
      type: 'modal' as const,
      callback_id: 'why',
      private_metadata: 'M-1',
      title: { type: 'plain_text' as const, text: 'Why?' },
      submit: { type: 'plain_text' as const, text: 'Send' },
      blocks: [
        {
          type: 'input' as const,
          block_id: 'reason',
          label: { type: 'plain_text' as const, text: 'Reason' },
          element: { type: 'plain_text_input' as const, action_id: 'text', max_length: 300 },
        },
      ],
    }
    open = (trigger_id) => errorOf(app.client.views.open({ trigger_id, view: modal }))
    const { ts = '' } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: CARD })
    const click = { user: 'U0ADA', channel: CHANNEL, ts, actionId: 'reject' }
    const first = await slack.click(click)
    await slack.when(() => slack.openView('U0ADA') !== undefined)
    expect(await open(String(first.payload.trigger_id))).toBe('exchanged_trigger_id')

    const viewId = slack.openView('U0ADA')?.id ?? ''
    const submit = (reason: string) => slack.submit({ user: 'U0ADA', viewId, values: { reason } })
    expect((await submit('no')).response).toEqual({
      response_action: 'errors',
      errors: { reason: 'Say more' },
    })
    expect(slack.openView('U0ADA')?.id).toBe(viewId)
    await expect(submit('')).rejects.toThrow('required')
    expect(await submit('too slow a query')).toMatchObject({ acknowledged: true, response: undefined })
    expect(slack.openView('U0ADA')).toBeUndefined()

    open = (trigger_id) => {
      slack.skip(3001)
      return errorOf(app.client.views.open({ trigger_id, view: modal }))
    }
    await slack.click(click)
    await slack.when(() => slack.callsTo('views.open').length === 3)
    expect(await Promise.all(openings)).toEqual(['ok', 'expired_trigger_id'])
  })

  test('a slash command answers in private, and a response_url five times', async () => {
    const slack = await workspace()
    const statuses: unknown[] = []
    await start(slack, (app) => {
      app.command('/grace', async ({ ack, respond, command }) => {
        await ack(`looking at ${command.text}`)
        for (let i = 1; i <= 6; i++)
          await respond({ text: `answer ${i}` }).catch((error: { statusCode: number }) =>
            statuses.push(error.statusCode),
          )
      })
    })
    const typed = await slack.command({ user: 'U0ADA', channel: CHANNEL, command: '/grace', text: 'status' })
    expect(typed.response).toEqual({ text: 'looking at status' })
    await slack.when(() => slack.responses.length === 6)
    expect(slack.privateTo('U0ADA').map(({ text }) => text)).toEqual([
      'looking at status',
      ...[1, 2, 3, 4, 5].map((i) => `answer ${i}`),
    ])
    expect(slack.privateTo('U0EVE')).toEqual([])
    await slack.when(() => slack.responses.at(-1)?.status === 404)
    await expect.poll(() => statuses).toEqual([404])
  })

  test('replies, edits and deletions arrive as events; own posts do not reach a listener', async () => {
    const slack = await workspace()
    const heard: unknown[] = []
    const app = await start(slack, (app) => {
      app.message(async ({ message: m }) => {
        heard.push([m.subtype, 'text' in m && m.text, 'thread_ts' in m && m.thread_ts])
      })
    })
    const { ts = '' } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'a proposal' })
    await slack.settled()
    const reply = await slack.reply({ user: 'U0ADA', channel: CHANNEL, threadTs: ts, text: 'too risky' })
    expect(reply).toMatchObject({ acknowledged: true })
    await slack.edit({ user: 'U0ADA', channel: CHANNEL, ts: reply.ts, text: 'risky' })
    await slack.remove({ user: 'U0ADA', channel: CHANNEL, ts: reply.ts })
    await expect
      .poll(() => heard)
      .toEqual([
        [undefined, 'too risky', ts],
        ['message_changed', false, false],
        ['message_deleted', false, false],
      ])
    expect(slack.thread(CHANNEL, ts).map(({ text }) => text)).toEqual(['a proposal'])
    const own = slack.deliveries.find(({ payload }) => (payload.event as { bot_id?: string }).bot_id)
    expect(own).toMatchObject({
      acknowledged: true,
      payload: { event: { user: 'U0BOT', text: 'a proposal' } },
    })
  })

  test('an event that nobody acknowledged comes again, with its number', async () => {
    const slack = await workspace({ ackDeadlineMs: 300, eventRetriesMs: [0], echo: false })
    const retries: unknown[] = []
    await start(slack, (app) => {
      app.use(async ({ context, next }) => {
        retries.push(context.retryNum ?? 0)
        await next()
      })
    })
    slack.deliveryFaults.deliverTwice()
    await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'once' })
    await expect.poll(() => retries).toEqual([0, 0])
    const again = await slack.again(slack.deliveries[0]!)
    expect(again).toMatchObject({
      acknowledged: true,
      retryNum: 1,
      payload: { event_id: slack.deliveries[0]?.payload.event_id },
    })
    await expect.poll(() => retries).toEqual([0, 0, 1])
  })

  test('a click that is acknowledged too late counts as not acknowledged', async () => {
    const slack = await workspace({ ackDeadlineMs: 100 })
    let late = () => Promise.resolve()
    const app = await start(slack, (app) => {
      app.action('approve', async ({ ack }) => {
        late = ack
      })
    })
    const { ts = '' } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: CARD })
    const click = await slack.click({ user: 'U0ADA', channel: CHANNEL, ts, actionId: 'approve' })
    expect(click).toMatchObject({
      acknowledged: false,
      acknowledgedInMs: Infinity,
      why: 'not acknowledged in 100 ms',
    })
    await late().catch(() => {})
  })
})

describe('Socket Mode', () => {
  test('two connections take turns; a planned farewell and a dropped line are followed by a new one', async () => {
    const slack = await workspace({ echo: false })
    await bySocket(slack)
    await bySocket(slack)
    for (const text of ['a', 'b', 'c', 'd']) await slack.say({ user: 'U0ADA', channel: CHANNEL, text })
    expect(slack.deliveries.map(({ connections }) => connections)).toEqual([[1], [2], [1], [2]])
    slack.sockets.requestDisconnect('refresh_requested')
    await slack.when(() => slack.sockets.connections === 0)
    const deaf = await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'e' })
    expect(deaf).toMatchObject({ acknowledged: false, why: 'no connection' })
    await slack.connected(2)
    slack.sockets.refuseConnections(300)
    slack.sockets.drop(1)
    await slack.when(() => slack.sockets.connections === 1)
    await slack.connected(2)
    expect(slack.sockets.connectionsEver).toBe(5)
    expect(await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'f' })).toMatchObject({
      acknowledged: true,
    })
  })

  test('an eleventh connection is turned away', async () => {
    const slack = await workspace()
    for (let i = 0; i < 10; i++) await bySocket(slack)
    const reasons: string[] = []
    const { url = '' } = await new WebClient(slack.appToken, clientOptions(slack)).apps.connections.open({})
    const socket = new WebSocket(url)
    socket.addEventListener('message', ({ data }) => reasons.push(JSON.parse(String(data)).reason))
    await new Promise((resolve) => socket.addEventListener('close', resolve))
    expect(reasons).toEqual(['too_many_websockets'])
  })

  test('deliveries can be held back and released in reverse', async () => {
    const slack = await workspace({ echo: false })
    const heard: unknown[] = []
    await bySocket(slack, (app) => {
      app.message(async ({ message }) => void heard.push('text' in message && message.text))
    })
    slack.deliveryFaults.hold()
    const said = ['first', 'second'].map((text) => slack.say({ user: 'U0ADA', channel: CHANNEL, text }))
    await slack.when(() => slack.deliveryFaults.held === 2)
    slack.deliveryFaults.release('reversed')
    await Promise.all(said)
    await expect.poll(() => heard).toEqual(['second', 'first'])
    slack.deliveryFaults.deliverLate(50)
    await Promise.all(['third', 'fourth'].map((text) => slack.say({ user: 'U0ADA', channel: CHANNEL, text })))
    await expect.poll(() => heard.slice(2)).toEqual(['fourth', 'third'])
  })

  test('a click in flight when the line is refreshed is lost: its acknowledgement finds no line', async () => {
    const slack = await workspace({ ackDeadlineMs: 200 })
    const failures: string[] = []
    const app = await bySocket(slack, (app) => {
      app.action('approve', async ({ ack }) => {
        slack.sockets.requestDisconnect('refresh_requested')
        await slack.when(() => slack.sockets.connections === 0)
        await ack()
      })
      app.error(async ({ message }) => void failures.push(message))
    })
    const { ts = '' } = await app.client.chat.postMessage({ channel: CHANNEL, text: 'x', blocks: CARD })
    const click = await slack.click({ user: 'U0ADA', channel: CHANNEL, ts, actionId: 'approve' })
    expect(click).toMatchObject({ acknowledged: false, acks: [] })
    expect(failures).toEqual(['Failed to send a WebSocket message as the client is not ready'])
  })

  test('a stop while a new connection is being asked for leaves that connection open', async () => {
    const slack = await workspace()
    const app = await bySocket(slack)
    slack.faults.delay(50, 'apps.connections.open')
    slack.sockets.drop()
    await slack.when(() => slack.callsTo('apps.connections.open').length === 2)
    await app.stop()
    await slack.connected()
  })

  test('a token that is no longer valid stops a start', async () => {
    const slack = await workspace()
    slack.faults.refuse('apps.connections.open', 'invalid_auth')
    await expect(bySocket(slack)).rejects.toThrow('invalid_auth')
    slack.faults.revokeTokens()
    await expect(bySocket(slack)).rejects.toThrow('invalid_auth')
  })

  test('a token that is no longer valid when reconnecting rejects where nobody listens, and that was the last try', async () => {
    const slack = await workspace()
    await bySocket(slack)
    const unhandled = nextUnhandledRejection()
    slack.faults.revokeTokens()
    slack.sockets.drop()
    expect(await unhandled).toMatchObject({ data: { error: 'invalid_auth' } })
    expect(slack.callsTo('apps.connections.open').map(({ answered }) => answered)).toEqual([
      'ok',
      { error: 'invalid_auth' },
    ])
  })

  test('a half-open line is noticed and replaced', async () => {
    const slack = await workspace({ ackDeadlineMs: 50 })
    await bySocket(slack)
    slack.sockets.freeze()
    const said = await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'x' })
    expect(said).toMatchObject({ acknowledged: false, connections: [1] })
    await slack.when(() => slack.callsTo('apps.connections.open').length === 2)
    slack.sockets.freeze(false)
    await slack.when(() => slack.sockets.connectionsEver === 2)
    const again = await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'y' })
    expect(again).toMatchObject({ acknowledged: true, connections: [2] })
  })

  test('to stop before the hello of a new connection rejects where nobody listens', async () => {
    const slack = await workspace()
    const app = await bySocket(slack)
    slack.sockets.drop()
    slack.sockets.freeze()
    await slack.when(() => slack.sockets.connectionsEver === 2)
    const unhandled = nextUnhandledRejection()
    await app.stop()
    expect(await unhandled).toBeUndefined()
  })
})

test('a request with a wrong signature is refused by Bolt', async () => {
  const slack = await workspace()
  await byHttp(slack, undefined, 'another secret')
  const said = await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'x' })
  expect(said).toMatchObject({ acknowledged: false, why: 'status 401' })
})

describe('the Web API', () => {
  let slack: Slack
  let client: webApi.WebClient
  beforeEach(async () => {
    slack = await startSlack({ echo: false, unsupportedBlocks: ['data_visualization'] })
    client = clientOf(slack)
    slack.addUser('U0ADA')
    slack.addChannel(CHANNEL)
  })
  afterEach(() => slack.close())
  const post = (channel = CHANNEL) => client.chat.postMessage({ channel, text: 'x' })

  test('a PNG is uploaded into a thread and then shown in a message, once it is processed', async () => {
    const { ts: thread_ts = '' } = await post()
    slack.faults.fileProcessingMs = 60_000
    await client.filesUploadV2({
      channel_id: CHANNEL,
      thread_ts,
      file: PNG,
      filename: 'before-after.png',
      alt_text: 'p95',
    })
    const [file] = slack.files
    expect(Buffer.from(file?.bytes ?? [])).toEqual(PNG)
    expect(slack.thread(CHANNEL, thread_ts)[1]).toMatchObject({ subtype: 'file_share', files: [file?.id] })
    const blocks: types.KnownBlock[] = [
      { type: 'image', alt_text: 'p95', slack_file: { id: file?.id ?? '' } },
    ]
    const show = () => client.chat.postMessage({ channel: CHANNEL, text: 'chart', blocks })
    await expect(show()).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: { messages: ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'] },
      },
    })
    expect((await client.files.info({ file: file?.id ?? '' })).file?.mimetype).toBe('')
    slack.skip(60_000)
    expect((await client.files.info({ file: file?.id ?? '' })).file?.mimetype).toBe('image/png')
    expect((await show()).ok).toBe(true)
  })

  test('metadata and threads are read back', async () => {
    const metadata = { event_type: 'mission', event_payload: { id: 'M-1' } }
    const { ts = '' } = await client.chat.postMessage({ channel: CHANNEL, text: 'card', metadata })
    await client.chat.postMessage({ channel: CHANNEL, text: 'news', thread_ts: ts, reply_broadcast: true })
    const history = await client.conversations.history({ channel: CHANNEL, include_all_metadata: true })
    expect(history.messages?.map((m) => [m.text, m.metadata?.event_payload])).toEqual([
      ['news', undefined],
      ['card', { id: 'M-1' }],
    ])
    const { messages } = await client.conversations.replies({ channel: CHANNEL, ts })
    expect(messages?.map((m) => [m.text, m.reply_count])).toEqual([
      ['card', 1],
      ['news', undefined],
    ])
    expect((await client.chat.getPermalink({ channel: CHANNEL, message_ts: ts })).permalink).toContain(
      CHANNEL,
    )
  })

  test('refusals carry Slack’s names', async () => {
    slack.addChannel('C0OTHER', { isMember: false })
    slack.addChannel('C0SECRET', { isMember: false, isPrivate: true })
    slack.addChannel('C0OLD', { isArchived: true })
    const { ts = '' } = await post()
    const theirs = {
      channel: CHANNEL,
      ts: (await slack.say({ user: 'U0ADA', channel: CHANNEL, text: 'x' })).ts,
    }
    const react = () => client.reactions.add({ channel: CHANNEL, timestamp: ts, name: 'eyes' })
    await react()
    const anonymous = clientOf(slack, { headers: { Authorization: 'none' } })
    const answers = {
      not_authed: anonymous.auth.test(),
      invalid_auth: new WebClient('xoxb-stolen', clientOptions(slack)).auth.test(),
      channel_not_found: post('C0SECRET'),
      not_in_channel: post('C0OTHER'),
      is_archived: post('C0OLD'),
      message_not_found: client.chat.update({ channel: CHANNEL, ts: '1.000001', text: 'x' }),
      cant_update_message: client.chat.update({ ...theirs, text: 'x' }),
      no_text: client.chat.postMessage({ channel: CHANNEL, text: '' }),
      too_many_attachments: client.chat.postMessage({
        channel: CHANNEL,
        text: 'x',
        attachments: Array(101).fill({ text: 'x' }),
      }),
      msg_too_long: client.chat.update({ channel: CHANNEL, ts, text: 'x'.repeat(4001) }),
      msg_blocks_too_long: client.chat.postMessage({
        channel: CHANNEL,
        text: 'x',
        blocks: Array.from({ length: 5 }, () => ({
          type: 'section',
          text: { type: 'mrkdwn', text: 'x'.repeat(2700) },
        })),
      }),
      invalid_blocks: client.chat.postMessage({
        channel: CHANNEL,
        text: 'x',
        blocks: [{ type: 'data_visualization' }],
      }),
      invalid_arguments: client.views.publish({
        user_id: 'U0ADA',
        view: { type: 'home', blocks: [], private_metadata: 'x'.repeat(3001) },
      }),
      already_reacted: react(),
      thread_not_found: client.conversations.replies({ channel: CHANNEL, ts: '1.000001' }),
      user_not_found: client.users.info({ user: 'U0NOBODY' }),
    }
    const found = await Promise.all(
      Object.entries(answers).map(async ([name, call]) => [name, await errorOf(call)]),
    )
    expect(found).toEqual(Object.keys(answers).map((name) => [name, name]))
    await client.conversations.join({ channel: 'C0OTHER' })
    expect(await errorOf(post('C0OTHER'))).toBe('ok')
  })

  test('429 is waited for; a client for interactive paths refuses at once', async () => {
    slack.faults.rateLimit('chat.postMessage', { times: 2, retryAfter: 1 })
    const hasty = clientOf(slack, { rejectRateLimitedCalls: true })
    await expect(hasty.chat.postMessage({ channel: CHANNEL, text: 'x' })).rejects.toMatchObject({
      retryAfter: 1,
    })
    const started = performance.now()
    await post()
    expect(performance.now() - started).toBeGreaterThan(990)
    expect(slack.callsTo('chat.postMessage').map(({ answered }) => answered)).toEqual([
      'rate limited',
      'rate limited',
      'ok',
    ])
  })

  test('500 is tried again; a lost answer posts twice; latency reaches the timeout', async () => {
    slack.faults.serverError('chat.postMessage')
    await post()
    expect(slack.messages(CHANNEL)).toHaveLength(1)
    slack.faults.loseAnswer('chat.postMessage')
    await post()
    expect(slack.messages(CHANNEL)).toHaveLength(3)
    slack.faults.delay(300, 'auth.test')
    const hasty = clientOf(slack, { timeout: 50, retryConfig: { retries: 0 } })
    await expect(hasty.auth.test()).rejects.toThrow('timeout')
    expect(slack.callsTo('chat.postMessage').map(({ answered }) => answered)).toEqual([
      'server error',
      'ok',
      'lost',
      'ok',
    ])
  })

  test('a channel can be archived, left and cleaned up under the app’s hands', async () => {
    const { ts = '' } = await post()
    const update = () => errorOf(client.chat.update({ channel: CHANNEL, ts, text: 'y' }))
    slack.archive(CHANNEL)
    expect(await update()).toBe('is_archived')
    slack.archive(CHANNEL, false)
    slack.setMembership(CHANNEL, false)
    expect(await errorOf(post())).toBe('not_in_channel')
    slack.setMembership(CHANNEL, true)
    await slack.deleteMessage(CHANNEL, ts)
    expect(await update()).toBe('message_not_found')
  })

  test('blocks.validate answers with pointers', async () => {
    await expect(client.blocks.validate({ blocks: [{ type: 'section' }] })).rejects.toMatchObject({
      data: { error: 'invalid_blocks', errors: [{ pointer: '/0', message: 'missing required field: text' }] },
    })
    expect((await client.blocks.validate({ message: { blocks: CARD } })).ok).toBe(true)
  })
})

describe('limits', () => {
  const check = (payload: { blocks: unknown } | { view: unknown }) =>
    'view' in payload ? checkView(payload.view) : checkBlocks(payload.blocks, 'message')

  test.each(LIMIT_CASES)('$name: $limit', ({ make, limit }) => {
    expect(check(make(limit))).toEqual([])
    expect(check(make(limit + 1))).not.toEqual([])
  })
  test.each(Object.entries(BROKEN))('%s is refused', (_, payload) => {
    expect(check(payload)).toHaveLength(1)
  })
  test('all blocks together: 13,200 characters of JSON', () => {
    const blocks = (n: number) => [{ type: 'markdown', text: 'x'.repeat(n) }]
    const frame = JSON.stringify(blocks(0)).length
    expect(blocksTooLong(blocks(13_200 - frame))).toBe(false)
    expect(blocksTooLong(blocks(13_201 - frame))).toBe(true)
  })
})
