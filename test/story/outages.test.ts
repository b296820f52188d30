// Platforms that misbehave, and a Grace process that lives through it: nothing lost, nothing twice, the other side unaffected.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type Discord, startDiscord } from '../support/discord/discord.ts'
import type { User } from '../support/discord/types.ts'
import { type Fleet, fleetOn } from '../support/grace-processes.ts'
import { readyMission } from '../support/ready-mission.ts'
import { type Slack, startSlack } from '../support/slack/index.ts'
import { SLACK_CHANNEL, TEAM } from '../support/talking.ts'
import { until } from '../support/until.ts'

const EDIT = 'PATCH /channels/{channel_id}/messages/{message_id}'
const MEMBERS = 12

let slack: Slack
let discord: Discord
let db: TestDatabase
let fleet: Fleet
let session: string
let mission: string
const users: User[] = []
let next = 0

beforeAll(async () => {
  slack = await startSlack()
  discord = await startDiscord()
  slack.addChannel(SLACK_CHANNEL, { name: 'missions', isMember: true })
  const members = Array.from({ length: MEMBERS }, (_, i) => {
    slack.addUser(`U0M${i}`, { name: `m${i}` })
    users.push(discord.addUser(`m${i}`))
    return { id: `m${i}`, slack: `U0M${i}`, discord: users[i]!.id }
  })
  const config = {
    // It passes with the first approval, and stays open for a reject that may still come.
    parliament: { members, min_approvals: 1, share: '1%', dwell: '24h' },
    chat: {
      slack: { team: TEAM, channel: SLACK_CHANNEL },
      discord: { guild: discord.guild.id, channel: discord.channel.id },
    },
    targets: {
      shop: {
        repository: '/nowhere',
        live: { metrics: 'http://127.0.0.1:1/metrics', scrape: '1h', every: '24h' },
        deploy: { command: ['true'], rollback: ['true'] },
      },
    },
  }
  db = await freshDatabase(configOf('outages', config))
  ;({ session, mission } = await readyMission(db, { votes: {}, close: false }))
  await db.app.transact(({ outbox }) =>
    outbox.add([{ kind: 'announce', payload: { mission, event: 'awaiting_vote', session, carried: 0 } }]),
  )
  fleet = fleetOn(db, config, slack, discord)
  await fleet.start()
  await until(() => cardsShow(session), 30_000)
}, 120_000)
afterAll(async () => {
  await fleet?.close()
  await slack?.close()
  await discord?.close()
  await db?.drop()
}, 60_000)
beforeEach(() => {
  discord.faults.clear()
})

const slackCards = () =>
  slack.messages(SLACK_CHANNEL).filter((one) => !one.threadTs || one.threadTs === one.ts)
const discordCards = () =>
  discord.messages(discord.channel.id).filter((one) => JSON.stringify(one.components).includes('details'))
const slackCard = () => JSON.stringify(slackCards().at(-1)?.blocks ?? '')
const discordCard = () => JSON.stringify(discordCards().at(-1)?.components ?? '')
const cardsShow = (text: string) => slackCard().includes(text) && discordCard().includes(text)

const onSlack = (i: number) =>
  slack.click({
    user: `U0M${i}`,
    channel: SLACK_CHANNEL,
    ts: slackCards().at(-1)!.ts,
    actionId: 'vote:approve',
  })
const onDiscord = (i: number) =>
  discord.click({
    user: users[i]!,
    channelId: discord.channel.id,
    messageId: discordCards().at(-1)!.id,
    label: 'Approve',
  })
const counted = (i: number) =>
  until(async () => {
    const rows =
      await db.superuser`select 1 from grace.ballots where session = ${session} and member = ${`m${i}`}`
    return rows.length === 1
  }, 15_000)
/** Both cards say how many have approved so far. */
const bothRight = (limitMs = 30_000) =>
  until(async () => {
    const [row] = await db.superuser`select count(*)::int as n from grace.ballots where session = ${session}`
    return cardsShow(`${row!.n} approval`)
  }, limitMs)

test('the socket drops and Slack is deaf for a while: Discord goes on, and Slack catches up', async () => {
  slack.sockets.refuseConnections(2_000)
  slack.sockets.drop()
  const i = next++
  await onDiscord(i)
  await counted(i)
  await until(() => slack.sockets.connections === 1, 30_000)
  await slack.connected()
  const j = next++
  await onSlack(j)
  await counted(j)
  await bothRight()
}, 90_000)

test('invalid_auth while reconnecting: the process lives, the other side votes, and Slack comes back', async () => {
  slack.faults.revokeTokens()
  slack.sockets.requestDisconnect('refresh_requested')
  await until(() => slack.sockets.connections === 0, 20_000)
  const refused = () =>
    slack
      .callsTo('apps.connections.open')
      .some((call) => (call.answer as { error?: string } | undefined)?.error === 'invalid_auth')
  await until(refused, 20_000)
  const i = next++
  await onDiscord(i)
  await counted(i)
  slack.faults.restoreTokens()
  await until(() => slack.sockets.connections === 1, 60_000)
  await slack.connected()
  const j = next++
  await onSlack(j)
  await counted(j)
  await bothRight(90_000)
}, 240_000)

test('the gateway drops: it resumes, and what was pressed meanwhile is counted', async () => {
  const i = next++
  discord.gateway.drop(4_000)
  await onDiscord(i)
  await counted(i)
  await bothRight()
}, 60_000)

test('429 with Retry-After on both sides is honoured, and the last state arrives', async () => {
  slack.faults.rateLimit('chat.update', { times: 1, retryAfter: 2 })
  discord.faults.rateLimit(EDIT, 1, { retryAfterMs: 1_500 })
  const i = next++
  await onSlack(i)
  await counted(i)
  await bothRight()
  expect(discord.rateLimits.ignored).toBe(0)
}, 60_000)

test('a card that somebody deleted is posted again, once', async () => {
  slack.deleteMessage(SLACK_CHANNEL, slackCards().at(-1)!.ts)
  const i = next++
  await onDiscord(i)
  await counted(i)
  await bothRight()
  discord.remove({ messageId: discordCards().at(-1)!.id })
  const j = next++
  await onSlack(j)
  await counted(j)
  await bothRight()
  expect([slackCards().length, discordCards().length]).toEqual([1, 1])
}, 90_000)

test('an archived channel and a lost permission: said, not retried for ever; mended, the card is right again', async () => {
  const mend = () => {
    slack.archive(SLACK_CHANNEL, false)
    discord.allow(discord.channel.id)
  }
  onTestFinished(mend)
  const troubles = async () =>
    (await db.superuser`select trouble from grace.cards where trouble is not null`).length
  slack.archive(SLACK_CHANNEL)
  discord.deny(discord.channel.id, 'SendMessages', 'ViewChannel')
  const i = next++
  await onDiscord(i)
  await counted(i)
  await until(async () => (await troubles()) === 2, 30_000)
  mend()
  const j = next++
  await onSlack(j)
  await counted(j)
  await bothRight()
  await until(async () => (await troubles()) === 0, 15_000)
}, 90_000)

test('an acknowledgement that Discord refuses (10062, 40060) loses no click', async () => {
  for (const code of [10_062, 40_060] as const) {
    discord.faults.refuseCallbacks(code, 1)
    const i = next++
    await onDiscord(i)
    await counted(i)
  }
  await bothRight()
}, 60_000)

test('an answer that was lost after a post makes no second card', async () => {
  const other = await readyMission(db, { votes: {}, close: false })
  slack.faults.loseAnswer('chat.postMessage', 1)
  discord.faults.loseAnswer('POST /channels/{channel_id}/messages', 1)
  await db.app.transact(({ outbox }) =>
    outbox.add([
      { kind: 'announce', payload: { mission: other.mission, event: 'detected', summary: 'again' } },
    ]),
  )
  await until(() => cardsShow(other.session), 30_000)
  expect(slackCards().filter((one) => JSON.stringify(one.blocks).includes(other.session))).toHaveLength(1)
  expect(discordCards().filter((one) => JSON.stringify(one.components).includes(other.session))).toHaveLength(
    1,
  )
}, 60_000)

test('every click had its receipt, and nothing was counted twice', async () => {
  await until(async () => {
    const open = await db.superuser`select key from grace.inbox where told_at is null`
    return open.length === 0
  }, 60_000)
  const [row] = await db.superuser`
    select (select count(*)::int from grace.inbox where outcome in ('counted', 'changed')) as counted,
           (select count(*)::int from grace.ledger_entries where leaf like '%"kind":"BallotCast"%') as cast`
  expect(row!.counted).toBe(row!.cast)
}, 90_000)
