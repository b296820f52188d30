// A whole mission with people on both platforms, as they see it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerArchiveOn } from '../../db/stores/ledger.ts'
import { openCheckpoint, verifierKey } from '../../src/ledger/checkpoint.ts'
import { exportLedger } from '../../src/ledger/export.ts'
import { ORIGIN } from '../../src/ledger/sequence.ts'
import { GOOD, MORE_TESTS } from '../support/bot.ts'
import { openTalking, SLACK_CHANNEL, type Talking } from '../support/talking.ts'
import { until } from '../support/until.ts'
import { verifier } from '../support/verifier.ts'

let t: Talking
beforeAll(async () => {
  t = await openTalking({ parliament: { min_approvals: 1, share: '50%' } })
}, 120_000)
afterAll(() => t.close())

test('a member proposes by command: a form opens at once, and the mission is tested', async () => {
  const { ben } = t.people
  await t.slack.command({ user: ben.slack, channel: SLACK_CHANNEL, command: '/missions', text: 'propose' })
  await t.slack.when(() => t.slack.openView(ben.slack) !== undefined)
  const view = t.slack.openView(ben.slack)!
  const sent = await t.slack.submit({
    user: ben.slack,
    viewId: view.id,
    values: {
      title: 'The mean of nothing',
      rationale: 'It is NaN, and should be *nothing* <!channel>',
      change: GOOD,
    },
  })
  expect(sent.acknowledgedInMs).toBeLessThan(1_600)
  await t.slack.when(() => t.slack.privateTo(ben.slack).length > 0)
  expect(t.toldOnSlack(ben.slack)).toMatch(/M-1/)
  await t.settles()
  expect(t.slackText()).toMatch(/Awaiting your vote/)
  expect(t.discordText()).toMatch(/Awaiting your vote/)
  // One live card per mission and channel.
  expect(t.slack.callsTo('chat.postMessage').filter((call) => !call.args.thread_ts)).toHaveLength(1)
  expect(t.discord.messages(t.discord.channel.id)).toHaveLength(1)
  for (const text of [t.slackText(), t.discordText()]) {
    expect(text).toMatch(/100\.00 %|9\d\.\d\d %/)
    expect(text).not.toMatch(/<!channel>/)
  }
})

test('the full evidence stands in the thread, the chart on the card', async () => {
  const replies = t.slack.thread(SLACK_CHANNEL, t.slackCard().ts)
  expect(JSON.stringify(replies)).toMatch(/seven KPIs/)
  expect(JSON.stringify(replies)).toMatch(/diff --git/)
  expect(t.slack.files.length).toBe(1)
  expect(JSON.stringify(t.slackCard().blocks)).toContain('"slack_file"')
  const thread = t.discord.thread(t.discordCard().id)!
  expect(JSON.stringify(thread.messages)).toMatch(/seven KPIs/)
  expect(JSON.stringify(t.discordCard().components)).toContain('before-and-after.png')
})

test('replies in the thread are feedback from both sides, edits and deletions followed', async () => {
  const { ada, eve } = t.people
  const ts = t.slackCard().ts
  const said = await t.slack.reply({
    user: ada.slack,
    channel: SLACK_CHANNEL,
    threadTs: ts,
    text: 'What of mean([0])?',
  })
  const thread = t.discord.thread(t.discordCard().id)!
  const other = t.discord.reply({
    user: eve.discord,
    threadId: thread.channel.id,
    content: 'I am no member, and I like it',
  })
  const id = (await t.control.transact(({ cards }) => cards.ofThread('slack', SLACK_CHANNEL, ts)))!.mission
  const feedback = async () => (await t.story(id)).feedback
  await until(async () => (await feedback()).length === 2)
  expect((await feedback()).map((one) => [one.author.name, one.author.kind, one.text]).sort()).toEqual([
    ['Ada', 'member', 'What of mean([0])?'],
    ['eve_d', 'guest', 'I am no member, and I like it'],
  ])
  await t.slack.edit({ user: ada.slack, channel: SLACK_CHANNEL, ts: said.ts, text: 'What of mean([0, 0])?' })
  t.discord.remove({ messageId: other.id })
  await until(async () => (await feedback()).length === 1)
  await until(async () => (await feedback())[0]!.text === 'What of mean([0, 0])?')
  await t.settles()
  expect(t.slack.callsTo('reactions.add')).toHaveLength(1)
  expect((await feedback())[0]!.permalink).toMatch(/^http/)
  expect(t.slackText()).toMatch(/feedback/i)
})

test('a member asks for a revision; people wrote it, so people revise it', async () => {
  await t.clicksOnSlack('U0ADA', 'revise')
  await t.slack.when(() => /A revision is being made/.test(t.toldOnSlack('U0ADA')))
  await t.settles()
  expect(JSON.stringify(t.slack.thread(SLACK_CHANNEL, t.slackCard().ts))).toMatch(/people revise it/)
})

test('a new revision voids the ballots, and the voters are named', async () => {
  await t.clicksOnSlack('U0ADA', 'vote:approve')
  await t.settles()
  expect(t.toldOnSlack('U0ADA')).toMatch(/✅ Your vote "approve" is counted/)
  const id = (await t.control.transact(({ cards }) =>
    cards.ofThread('slack', SLACK_CHANNEL, t.slackCard().ts),
  ))!.mission
  const before = t.slackCard().blocks
  await t.attaches(id, GOOD.replace('? 0 :', '? 0.0 :'), 'ben')
  await t.settles()
  expect(JSON.stringify(t.slack.thread(SLACK_CHANNEL, t.slackCard().ts))).toMatch(/No longer counted: Ada/)
  // An old card's button says so.
  const stale = JSON.stringify(before).match(/1:(session_[\w-]+)/)![1]
  expect(JSON.stringify(t.slackCard().blocks)).not.toContain(stale)
})

test('who wrote it may not approve, who is no member has no vote, and both are told', async () => {
  await t.clicksOnSlack('U0BEN', 'vote:approve')
  await t.clicksOnDiscord(t.people.eve.discord, 'Approve')
  await t.settles()
  expect(t.toldOnSlack('U0BEN')).toMatch(/who wrote the change may not approve/)
  expect(t.toldOnDiscord(t.people.eve.discord)).toMatch(/does not know this Discord account/)
})

test('reject asks for a reason; a vote may be changed; one person on both is one vote', async () => {
  const { ada, cleo } = t.people
  const rejecting = await t.clicksOnDiscord(cleo.discord, 'Reject')
  expect(rejecting).toMatchObject({ type: 9 })
  await t.discord.submit({ user: cleo.discord, values: { reason: 'Not yet' } })
  await t.settles()
  expect(t.slackText()).toMatch(/Cleo/)
  expect(t.discordText()).toMatch(/Awaiting your vote/)
  await t.clicksOnDiscord(cleo.discord, 'Approve')
  await t.settles()
  expect(t.toldOnDiscord(cleo.discord)).toMatch(/Your vote is now "approve" \(it was "reject"\)/)
  await t.clicksOnSlack(ada.slack, 'vote:abstain')
  await t.settles()
  await t.clicksOnDiscord(ada.discord, 'Abstain')
  await t.settles()
  const id = (await t.control.transact(({ cards }) =>
    cards.ofThread('slack', SLACK_CHANNEL, t.slackCard().ts),
  ))!.mission
  expect((await t.story(id)).vote!.ballots.filter((one) => one.vote !== 'withdrawn')).toHaveLength(2)
})

test('the last approval makes it live, it is watched, and both cards say how it ended', async () => {
  await t.traffic(120, 20)
  await t.clicksOnSlack('U0ADA', 'vote:approve')
  await t.settles()
  expect(t.slackText()).toMatch(/Live, being watched/)
  expect(t.slackText()).not.toMatch(/Approve/)
  for (let i = 0; i < 4; i++) {
    await t.skip(20_000)
    await t.traffic(20, 20)
    await t.settles()
  }
  expect(t.slackText()).toMatch(/✅ Complete/)
  expect(t.discordText()).toMatch(/✅ Complete/)
  expect(t.live()).toBe(t.git('git rev-parse main').trim())
})

test('the ledger’s checkpoints stand in both threads, and an export made later has the same', async () => {
  const key = t.control.keys.ledger.signer.publicKey
  const noteIn = (thread: unknown): string => {
    const notes = [
      ...JSON.stringify(thread).matchAll(/grace\/ledger\\n\d+\\n[\w+/=]+\\n\\n— grace\/ledger [\w+/=]+/g),
    ]
    return `${JSON.parse(`"${notes.at(-1)![0]}"`)}\n`
  }
  const slack = noteIn(t.slack.thread(SLACK_CHANNEL, t.slackCard().ts))
  const discord = noteIn(t.discord.thread(t.discordCard().id)!.messages)
  expect(discord).toBe(slack)
  expect(openCheckpoint(slack, ORIGIN, [key])).toBeDefined()
  for (const text of [t.slackText(), t.discordText()])
    expect(text).toMatch(/checkpoint of \d+ entries is published in the thread/)
  let file = ''
  for await (const line of exportLedger(ledgerArchiveOn(t.db.app.db), [verifierKey(ORIGIN, key)]))
    file += line
  expect(verifier.check(file, [verifier.openKey(verifierKey(ORIGIN, key))], [slack])).toMatchObject({
    published: [openCheckpoint(slack, ORIGIN, [key])!.size],
  })
})

test('everything is stopped by a slash command on one side, and lifted from both', async () => {
  const { ada, ben, cleo } = t.people
  await t.slack.command({
    user: ada.slack,
    channel: SLACK_CHANNEL,
    command: '/grace',
    text: 'stop The shop burns',
  })
  await t.slack.when(() => /🛑 Everything is stopped/.test(t.toldOnSlack(ada.slack)))
  await t.slack.command({ user: 'U0EVE', channel: SLACK_CHANNEL, command: '/grace', text: 'status' })
  await t.slack.when(() =>
    /Everything is stopped by Ada: The shop burns\. Nothing goes live/.test(t.toldOnSlack('U0EVE')),
  )
  await t.slack.command({ user: 'U0EVE', channel: SLACK_CHANNEL, command: '/grace', text: 'lift' })
  await t.slack.when(() => /Only members may do that/.test(t.toldOnSlack('U0EVE')))
  await t.slack.command({ user: ada.slack, channel: SLACK_CHANNEL, command: '/grace', text: 'lift' })
  await t.slack.when(() => /Counted: 1 of 3/.test(t.toldOnSlack(ada.slack)))
  await t.slack.command({ user: ben.slack, channel: SLACK_CHANNEL, command: '/grace', text: 'lift' })
  await t.slack.when(() => /Counted: 2 of 3/.test(t.toldOnSlack(ben.slack)))
  await t.discord.command({
    user: cleo.discord,
    channelId: t.discord.channel.id,
    name: 'grace',
    subcommand: 'lift',
    options: {},
  })
  await t.discord.until(() => /The stop is lifted/.test(t.toldOnDiscord(cleo.discord)) || undefined)
})

test('commands answer privately, on both sides alike', async () => {
  const list = await t.slack.command({
    user: 'U0EVE',
    channel: SLACK_CHANNEL,
    command: '/missions',
    text: 'list',
  })
  expect(list.acknowledgedInMs).toBeLessThan(1_600)
  await t.slack.when(() => /M-1 · succeeded/.test(t.toldOnSlack('U0EVE')))
  for (const [name, options, says] of [
    ['why', { mission: 'M-1' }, /KPI error rate: 13\.33 %/],
    ['audit', { mission: 'M-1' }, /Opened on shop: The mean of nothing/],
    ['show', { mission: 'm-1' }, /Complete/],
    ['show', { mission: 'M-99' }, /There is no mission/],
    ['cancel', { mission: 'M-1', reason: 'x' }, /Only members may/],
  ] as const) {
    const user = t.people.eve.discord
    const told = t.discord.privateTo(user.id).length
    await t.discord.command({
      user,
      channelId: t.discord.channel.id,
      name: 'missions',
      subcommand: name,
      options,
    })
    await t.discord.until(() => t.discord.privateTo(user.id).length > told || undefined)
    await t.discord.until(() => says.test(t.toldOnDiscord(user)) || undefined).catch(() => {})
    expect(t.toldOnDiscord(user)).toMatch(says)
  }
  await t.slack.command({ user: 'U0EVE', channel: SLACK_CHANNEL, command: '/missions', text: 'frobnicate' })
  await t.slack.when(() => /There is no \/missions frobnicate/.test(t.toldOnSlack('U0EVE')))
})

test('a live change is taken back by a button of its card, and why is asked', async () => {
  const { ada, ben, cleo, eve } = t.people
  const before = t.git('git rev-parse main^{tree}')
  await t.traffic(120, 20)
  const id = await t.proposes({ title: 'More tests', patch: MORE_TESTS })
  await t.settles()
  await t.clicksOnSlack(ada.slack, 'vote:approve')
  await t.clicksOnSlack(ben.slack, 'vote:approve')
  await t.clicksOnDiscord(cleo.discord, 'Approve')
  await t.settles()
  expect((await t.story(id)).mission.phase).toBe('monitoring')
  expect(await t.clicksOnDiscord(eve.discord, 'Roll back')).toMatchObject({ type: 9 })
  await t.discord.submit({ user: eve.discord, values: { reason: 'For fun' } })
  await t.settles()
  expect(t.toldOnDiscord(eve.discord)).toMatch(/Only members may do that/)
  expect((await t.story(id)).mission.phase).toBe('monitoring')

  await t.clicksOnSlack(ada.slack, 'rollback')
  await t.slack.when(() => t.slack.openView(ada.slack) !== undefined)
  const view = t.slack.openView(ada.slack)!
  await t.slack.submit({ user: ada.slack, viewId: view.id, values: { reason: 'Support reports errors' } })
  await t.settles()
  expect((await t.story(id)).mission).toMatchObject({
    outcome: 'rolled_back',
    reason: expect.stringMatching(/ordered it: Support reports errors/),
  })
  expect(t.git('git rev-parse main^{tree}')).toBe(before)
  for (const text of [t.slackText(), t.discordText()]) {
    expect(text).toMatch(/Support reports errors/)
    expect(text).not.toMatch(/Roll back/)
  }
})

test('nothing that was sent was refused, nothing mentions, every Discord body is legal', () => {
  expect(t.slack.calls.filter((call) => (call.answer as { ok?: boolean })?.ok === false)).toEqual([])
  expect(t.discord.warnings).toEqual([])
  expect(t.discord.schemaViolations).toEqual([])
  expect(t.faults).toEqual([])
})
