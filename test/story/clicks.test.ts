// 250 clicks through two bot processes: twice, late, out of order, and one process killed in the middle.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configOf } from '../../src/config/config.ts'
import { seeded } from '../../src/sandbox/order.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type Discord, startDiscord } from '../support/discord/discord.ts'
import type { User } from '../support/discord/types.ts'
import { type Fleet, fleetOn, type Member } from '../support/grace-processes.ts'
import { readyMission } from '../support/ready-mission.ts'
import { type Slack, startSlack } from '../support/slack/index.ts'
import { SLACK_CHANNEL, TEAM } from '../support/talking.ts'
import { until } from '../support/until.ts'

const OTHERS = 20
const IDLE = 30
const CLICKS_OF_ONE = 50
const CLICKS_OF_OTHERS = 200
const VOTES = ['approve', 'abstain'] as const

let slack: Slack
let discord: Discord
let db: TestDatabase
let fleet: Fleet
let first: Member
let session: string
let mission: string
/** Member → who they are on one of the platforms. */
const onSlack = new Map<string, string>()
const onDiscord = new Map<string, User>()

beforeAll(async () => {
  slack = await startSlack()
  discord = await startDiscord()
  slack.addChannel(SLACK_CHANNEL, { name: 'missions', isMember: true })
  const members: object[] = []
  for (let i = 0; i < OTHERS + 1; i++) {
    const id = `m${i}`
    if (i % 2 === 0) {
      slack.addUser(`U0M${i}`, { name: id })
      onSlack.set(id, `U0M${i}`)
      members.push({ id, slack: `U0M${i}` })
    } else {
      const user = discord.addUser(id)
      onDiscord.set(id, user)
      members.push({ id, discord: user.id })
    }
  }
  // Enough of them never vote, so that nothing is settled before the end.
  for (let i = 0; i < IDLE; i++) members.push({ id: `idle${i}` })
  const config = {
    parliament: { members, min_approvals: OTHERS + 2, share: '1%' },
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
  db = await freshDatabase(configOf('clicks', config))
  ;({ session, mission } = await readyMission(db, { votes: {}, close: false }))
  await db.app.transact(({ outbox }) =>
    outbox.add([{ kind: 'announce', payload: { mission, event: 'awaiting_vote', session, carried: 0 } }]),
  )
  fleet = fleetOn(db, config, slack, discord)
  first = await fleet.start()
  await fleet.start()
  await until(() => slack.sockets.connections >= 2 && discord.gateway.sessions.size === 1, 30_000)
  await until(
    () =>
      slack.messages(SLACK_CHANNEL).some((one) => JSON.stringify(one.blocks).includes(session)) &&
      discord.messages(discord.channel.id).length > 0,
    30_000,
  )
}, 180_000)

afterAll(async () => {
  await fleet?.close()
  await slack?.close()
  await discord?.close()
  await db?.drop()
}, 60_000)

const inboxRows = () =>
  db.superuser<
    {
      key: string
      name: string
      account: string
      vote: string
      outcome: string | null
      clicked_at: Date
      told_at: Date | null
    }[]
  >`select * from grace.inbox order by clicked_at`

/** The interaction of a process that was killed before it acknowledged is over: its receipt stands in the channel. */
const saidOpenly = () =>
  discord.messages(discord.channel.id).filter((one) => !JSON.stringify(one.components).includes('1:details:'))

test('every click ends in one receipt, every ballot has one, and no older click wins', async () => {
  const random = seeded(7)
  const any = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const slackCard = slack.messages(SLACK_CHANNEL).find((one) => !one.threadTs || one.threadTs === one.ts)!
  const discordCard = discord.messages(discord.channel.id)[0]!
  const people = [
    ...Array.from({ length: CLICKS_OF_ONE }, () => 'm0'),
    ...Array.from({ length: CLICKS_OF_OTHERS }, () => `m${1 + Math.floor(random() * OTHERS)}`),
  ].sort(() => random() - 0.5)
  const sent: Promise<unknown>[] = []
  for (const [i, who] of people.entries()) {
    const vote = any(VOTES)
    const user = onSlack.get(who)
    if (user) {
      if (i % 5 === 0) slack.deliveryFaults.deliverTwice(1)
      if (i % 17 === 0) slack.deliveryFaults.deliverLate(400, 1)
      sent.push(
        slack.click({
          user,
          channel: SLACK_CHANNEL,
          ts: slackCard.ts,
          actionId: `vote:${vote}`,
          value: `1:${session}`,
        }),
      )
    } else {
      if (i % 7 === 0) discord.faults.duplicateInteractions(1)
      if (i % 19 === 0) discord.faults.delayInteractions(400, 1)
      sent.push(
        discord.click({
          user: onDiscord.get(who)!,
          channelId: discord.channel.id,
          messageId: discordCard.id,
          label: vote === 'approve' ? 'Approve' : 'Abstain',
        }),
      )
    }
    if (i === 120) {
      await fleet.kill(first)
      // Out of order: what comes now waits, and comes last to first.
      slack.deliveryFaults.hold()
    }
    if (i === 150) slack.deliveryFaults.release('reversed')
    if (i === 180) void fleet.start().catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  await Promise.all(sent)
  await until(async () => (await inboxRows()).every((row) => row.told_at !== null), 60_000)

  const rows = await inboxRows()
  // Nearly all came through: only what was on its way to the killed process was not even recorded.
  expect(rows.length).toBeGreaterThan(200)
  expect(rows.filter((row) => row.outcome === null)).toEqual([])
  const counted = rows.filter((row) => row.outcome === 'counted' || row.outcome === 'changed')
  const cast =
    await db.superuser`select leaf from grace.ledger_entries where leaf like '%"kind":"BallotCast"%'`
  expect(cast.length).toBe(counted.length)
  expect(new Set(rows.map((row) => row.outcome))).toEqual(new Set(['counted', 'changed', 'superseded']))

  const ballots = await db.superuser<
    { member: string; vote: string; clicked_at: Date }[]
  >`select member, vote, clicked_at from grace.ballots where session = ${session}`
  for (const { member, vote, clicked_at } of ballots) {
    const account = onSlack.has(member) ? `${TEAM}/${onSlack.get(member)}` : onDiscord.get(member)!.id
    const theirs = rows.filter((row) => row.account === account)
    const newest = theirs.reduce((a, b) => (b.clicked_at >= a.clicked_at ? b : a))
    expect({ member, vote, at: clicked_at }).toEqual({ member, vote: newest.vote, at: newest.clicked_at })
  }
  expect(ballots.length).toBe(OTHERS + 1)

  // What was said: each counted click got its line, and no line says more than was counted.
  const told = (one: { blocks?: unknown; components?: unknown }) =>
    JSON.stringify(one.blocks ?? one.components)
  const lines = [
    ...[...onSlack.values()].flatMap((user) => slack.privateTo(user).map(told)),
    ...[...onDiscord.values()].flatMap((user) => discord.privateTo(user.id).map(told)),
    ...saidOpenly().map(told),
  ].filter((line) => line.includes('✅'))
  expect(lines.length).toBeGreaterThanOrEqual(counted.length)
  // A process that is killed between saying and noting it says it again: at most what it had in hand.
  expect(lines.length).toBeLessThanOrEqual(counted.length + 8)
}, 180_000)

test('the last card is right on both platforms, one of each, and edits stay within budget', async () => {
  const approvals = await db.superuser`
    select count(*)::int as n from grace.ballots where session = ${session} and vote = 'approve'`
  const right = new RegExp(`${approvals[0]!.n} approval`)
  const cards = () => [
    JSON.stringify(
      slack.messages(SLACK_CHANNEL).find((one) => !one.threadTs || one.threadTs === one.ts)!.blocks,
    ),
    JSON.stringify(discord.messages(discord.channel.id)[0]!.components),
  ]
  await until(() => cards().every((card) => right.test(card)), 20_000).catch(() => {
    throw new Error(`expected ${right} in ${cards().join('\n\n')}`)
  })
  expect(slack.callsTo('chat.postMessage').filter((call) => !call.args.thread_ts)).toHaveLength(1)
  expect(discord.messages(discord.channel.id).length - saidOpenly().length).toBe(1)
  expect(slack.busiestSecond('chat.update')).toBeLessThanOrEqual(2)
  expect(discord.peak('PATCH /channels/{channel_id}/messages/{message_id}', 5_000)).toBeLessThanOrEqual(5)
}, 60_000)
