// One human on both platforms is one member, however they got there.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GOOD } from '../support/bot.ts'
import type { User } from '../support/discord/types.ts'
import { openTalking, SLACK_CHANNEL, type Talking } from '../support/talking.ts'

let t: Talking
beforeAll(async () => {
  // It passes with the first approval, and stays open for a reject that may still come.
  t = await openTalking({ parliament: { share: '1%', dwell: '24h' } })
}, 120_000)
afterAll(() => t.close())

const slackCommand = async (user: string, text: string, says: RegExp) => {
  await t.slack.command({ user, channel: SLACK_CHANNEL, command: '/grace', text })
  await t.slack.when(() => says.test(t.toldOnSlack(user)))
}
const discordCommand = async (
  user: User,
  subcommand: string,
  options: Record<string, string>,
  says: RegExp,
) => {
  await t.discord.command({ user, channelId: t.discord.channel.id, name: 'grace', subcommand, options })
  await t.discord.until(() => says.test(t.toldOnDiscord(user)) || undefined)
}
const presses = (user: User, label: string) =>
  t.discord.click({
    user,
    channelId: t.discord.channel.id,
    messageId: t.discord.privateTo(user.id).at(-1)!.id,
    label,
  })
const newCode = async (): Promise<string> => {
  await slackCommand('U0BEN', 'link', /Your code: \w{4}-\w{4}/)
  return /code: (\w{4}-\w{4})/.exec(t.toldOnSlack('U0BEN'))![1]!
}
const confirmOnSlack = () => {
  const last = t.slack.privateTo('U0BEN').at(-1)!
  return t.slack.click({ user: 'U0BEN', channel: SLACK_CHANNEL, ts: last.ts, actionId: 'link:confirm' })
}
const ballots = async (mission: string) =>
  (await t.story(mission)).vote!.ballots.filter((one) => one.vote !== 'withdrawn').map((one) => one.member)

let mission: string
test('two members vote in an open session; then one human links both: both votes are void', async () => {
  mission = await t.proposes({ patch: GOOD })
  await t.settles()
  await t.clicksOnSlack('U0BEN', 'vote:approve')
  await t.clicksOnDiscord(t.people.cleo.discord, 'Approve')
  await t.settles()
  expect((await ballots(mission)).sort()).toEqual(['ben', 'cleo'])

  const { cleo } = t.people
  const code = await newCode()
  await discordCommand(cleo.discord, 'link', { code }, /Join with ben on Slack\?/)
  await presses(cleo.discord, 'That is me')
  await t.slack.when(() => /Join with cleo on Discord\?/.test(t.toldOnSlack('U0BEN')))
  await confirmOnSlack()
  await t.slack.when(() => /Linked with cleo/.test(t.toldOnSlack('U0BEN')))
  await t.settles()
  expect(await ballots(mission)).toEqual([])
})

test('nor can they vote twice in that session afterwards, by chat or by REST', async () => {
  await t.clicksOnSlack('U0BEN', 'vote:approve')
  await t.settles()
  expect(await t.votes(mission, 'cleo', 'approve')).toMatchObject({ outcome: 'void' })
  expect(await ballots(mission)).toEqual([])
})

test('in sessions that open later, both sides are one member with one vote', async () => {
  await t.attaches(mission, GOOD.replace('? 0 :', '? 0.0 :'), 'dan')
  await t.settles()
  await t.clicksOnSlack('U0BEN', 'vote:approve')
  await t.settles()
  await t.clicksOnDiscord(t.people.cleo.discord, 'Abstain')
  await t.settles()
  expect(await ballots(mission)).toEqual(['ben'])
  expect((await t.story(mission)).vote!.ballots.find((one) => one.member === 'ben')!.vote).toBe('abstain')
})

test('a link that was taken back counts for nothing, also in a session that was open', async () => {
  await slackCommand('U0BEN', 'unlink', /No longer linked/)
  await t.clicksOnDiscord(t.people.cleo.discord, 'Approve')
  await t.settles()
  expect((await ballots(mission)).sort()).toEqual(['ben', 'cleo'])
})

test('nobody takes the place of who redeemed first; a code is good once, and on the other side', async () => {
  const { eve, cleo } = t.people
  const code = await newCode()
  await discordCommand(eve.discord, 'link', { code }, /Join with ben/)
  await presses(eve.discord, 'That is me')
  await t.slack.when(() => /Join with eve_d on Discord\?/.test(t.toldOnSlack('U0BEN')))
  await discordCommand(cleo.discord, 'link', { code }, /Join with ben/)
  await presses(cleo.discord, 'That is me')
  await t.discord.until(() => /not good/.test(t.toldOnDiscord(cleo.discord)) || undefined)
  await confirmOnSlack()
  await t.slack.when(() => /Linked with eve_d/.test(t.toldOnSlack('U0BEN')))
  await discordCommand(cleo.discord, 'link', { code }, /not good/)
  await slackCommand('U0ADA', `link ${code}`, /not good/)
  await slackCommand('U0EVE', 'link', /no member yet/)
})

test('a form that is delivered twice proposes once', async () => {
  await t.slack.command({ user: 'U0ADA', channel: SLACK_CHANNEL, command: '/missions', text: 'propose' })
  await t.slack.when(() => t.slack.openView('U0ADA') !== undefined)
  t.slack.deliveryFaults.deliverTwice(1)
  await t.slack.submit({
    user: 'U0ADA',
    viewId: t.slack.openView('U0ADA')!.id,
    values: { title: 'Once', rationale: 'and not twice' },
  })
  await t.slack.when(() => /Opened/.test(t.toldOnSlack('U0ADA')))
  await t.settles()
  const rows = await t.db.superuser`select 1 from grace.missions where title = 'Once'`
  expect(rows).toHaveLength(1)
})

test('a workspace that does not let the bot share files gets the card without its chart, once', async () => {
  t.slack.faults.refuse('files.getUploadURLExternal', 'missing_scope', 5)
  const before = t.slack.callsTo('chat.postMessage').filter((call) => !call.args.thread_ts).length
  await t.proposes({ patch: GOOD.replace('? 0 :', '? 00 :'.replace('00', '0 + 0')) })
  await t.settles()
  await t.settles()
  expect(t.slack.callsTo('chat.postMessage').filter((call) => !call.args.thread_ts)).toHaveLength(before + 1)
})
