// The same with people on Slack and Discord: what they see is held against what is so.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Chat } from '../../src/chat/chat.ts'
import { Later } from '../../src/kernel/later.ts'
import { MORE_TESTS } from '../support/bot.ts'
import { openTalking, SLACK_CHANNEL, type Talking } from '../support/talking.ts'
import type { Rule } from './checker/checking.ts'
import { checkPromises, discordRecord, RULES, slackRecord, type Violation } from './checker.ts'

let t: Talking
/** One that goes live, and one that is still under vote when the bugs begin. */
let [first, second] = ['', '']
let slack: Chat

beforeAll(async () => {
  t = await openTalking({ parliament: { min_approvals: 1, share: '50%' } })
  first = await t.proposes()
  slack = t.chats.slack!
  second = await t.proposes({ title: 'More tests', patch: MORE_TESTS })
  await t.settles()
}, 120_000)
afterAll(() => t?.close())
afterEach(() => {
  t.chats.slack = slack
})

const found = (settled = true): Promise<readonly Violation[]> =>
  checkPromises({
    sql: t.db.superuser,
    repositories: { shop: t.target.repository },
    slack: slackRecord(t.slack),
    discord: discordRecord(
      t.discord,
      [t.people.ada, t.people.cleo, t.people.eve].map((one) => one.discord.id),
    ),
    settled,
    keys: t.db.keys,
    secrets: [t.slack.botToken, t.slack.appToken, t.discord.token],
  })

/** What was found before stays found: a bug is called by what it adds. */
const known = new Set<string>()

/** By these rules and no others, each in words like these. */
async function expectFound(wanted: Partial<Record<Rule, RegExp>>): Promise<void> {
  const news = (await found()).filter((one) => !known.has(JSON.stringify(one)))
  for (const one of news) known.add(JSON.stringify(one))
  const names = Object.keys(wanted).map((rule) => RULES[rule as Rule])
  expect(new Set(news.map(({ rule }) => rule)), JSON.stringify(news, null, 2)).toEqual(new Set(names))
  for (const [rule, what] of Object.entries(wanted))
    expect(news).toContainEqual({ rule: RULES[rule as Rule], what: expect.stringMatching(what) })
}

/** Where the card of a mission stands, on both sides. */
async function cardsOf(mission: string): Promise<Record<'slack' | 'discord', string>> {
  const rows = await t.db.superuser<{ platform: 'slack' | 'discord'; message: string }[]>`
    select platform, message from grace.cards where mission = ${mission}`
  return Object.fromEntries(rows.map(({ platform, message }) => [platform, message])) as Record<
    'slack' | 'discord',
    string
  >
}
const onSlack = async (user: string, mission: string, actionId: string) =>
  t.slack.click({ user, channel: SLACK_CHANNEL, ts: (await cardsOf(mission)).slack, actionId })
const onDiscord = async (user: Talking['people']['cleo']['discord'], mission: string, label: string) =>
  t.discord.click({
    user,
    channelId: t.discord.channel.id,
    messageId: (await cardsOf(mission)).discord,
    label,
  })

test('nothing is found where people on both sides vote, think again, and see how it ends', async () => {
  const { ada, cleo, eve } = t.people
  await t.traffic(120, 20)
  await onDiscord(cleo.discord, first, 'Reject')
  await t.discord.submit({ user: cleo.discord, values: { reason: 'Not yet' } })
  await onDiscord(eve.discord, first, 'Approve')
  await onSlack('U0BEN', first, 'vote:abstain')
  await t.settles()
  expect(await found(false)).toEqual([])
  await onDiscord(cleo.discord, first, 'Approve')
  await onSlack(ada.slack, first, 'vote:abstain')
  await onDiscord(ada.discord, first, 'Approve')
  await t.votes(first, 'dan', 'approve')
  await t.settles()
  expect(await found(false)).toEqual([])
  for (let i = 0; i < 4; i++) {
    await t.skip(20_000)
    await t.traffic(20, 20)
    await t.settles()
  }
  expect((await t.story(first)).mission.outcome).toBe('succeeded')
  expect(await found()).toEqual([])
  expect(await t.db.superuser`select from grace.inbox where outcome in ('counted', 'changed')`).toHaveLength(
    5,
  )
})

test('it is found that a click is taken for one that was counted before, and lost', async () => {
  await t.db.superuser.unsafe(`
    create function grace_test.swallow() returns trigger language plpgsql as 'begin return null; end';
    create trigger swallow before insert on grace.inbox for each row execute function grace_test.swallow()`)
  const click = await onSlack('U0BEN', second, 'vote:approve')
  expect(click.acknowledged).toBe(true)
  await t.settles()
  await t.db.superuser`drop trigger swallow on grace.inbox`
  await expectFound({ clicks: /^slack: U0BEN pressed slack:.*; it stands nowhere, and nobody said so$/ })
})

test('it is found that somebody is told that a vote counts that does not', async () => {
  t.chats.slack = {
    ...slack,
    tell: (address, reply) =>
      slack.tell(address, { ...reply, lines: ['✅ Your vote "approve" is counted.'] }),
  }
  await onSlack('U0EVE', second, 'vote:approve')
  await t.settles()
  await expectFound({ receipts: /^slack: U0EVE was told "✅ Your vote .*, and no click says so$/s })
})

test('it is found that a card is forgotten, and posted a second time', async () => {
  let posted = 0
  t.chats.slack = {
    ...slack,
    // The answer to the first is lost, and nobody looks for it.
    async post(...args) {
      const shown = await slack.post(...args)
      if (posted++ === 0) throw new Later('the answer was lost', 1_000)
      return shown
    },
    findCard: async () => undefined,
  }
  const mission = await t.proposes({ title: 'To be thought of', patch: undefined })
  await t.settles()
  expect(posted).toBe(2)
  await expectFound({ card: new RegExp(`^slack: 2 live cards of ${mission}`) })
})

test('it is found that a secret of Grace’s own is shown', async () => {
  t.chats.slack = {
    ...slack,
    tell: (address, reply) =>
      slack.tell(address, { ...reply, lines: [...reply.lines, `(by ${t.slack.botToken})`] }),
  }
  await onSlack('U0BEN', second, 'vote:abstain')
  await t.settles()
  await expectFound({ secrets: /^slack, told to U0BEN: has what looks like one/ })
})

test('it is found that a card keeps the buttons of a session that is closed', async () => {
  t.chats.slack = { ...slack, edit: async (_channel, shown) => shown }
  for (const who of ['ada', 'ben', 'cleo', 'dan']) await t.votes(second, who, 'reject', 'No')
  await t.settles()
  expect((await t.story(second)).mission.outcome).toBe('cancelled')
  await expectFound({
    buttons: /^slack: the card of M-2, complete: no session is open, and its buttons are about session_/,
  })
})
