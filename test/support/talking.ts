// The whole bot with Slack and Discord: unmodified Bolt and discord.js against the stand-ins.
import { discordChat } from '../../adapters/discord/chat.ts'
import { connectDiscord } from '../../adapters/discord/connection.ts'
import { slackChat, webClient } from '../../adapters/slack/chat.ts'
import { connectSlack } from '../../adapters/slack/connection.ts'
import { openClient } from '../../db/client.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import type { Person } from '../../src/chat/person.ts'
import type { Connection } from '../../src/chat/supervise.ts'
import type { Interacting } from '../../src/commands/interactions.ts'
import type { DiscordEnv, SlackEnv } from '../../src/config/env.ts'
import { Secret } from '../../src/config/secret.ts'
import { type Bot, type BotOptions, openBot } from './bot.ts'
import { type Discord, startDiscord } from './discord/discord.ts'
import type { Message as DiscordMessage, User } from './discord/types.ts'
import { type Slack, startSlack } from './slack/index.ts'
import type { Message as SlackMessage } from './slack/shapes.ts'
import { until } from './until.ts'

export const TEAM = 'T0HOME'
export const SLACK_CHANNEL = 'C0MISSIONS'

export interface Talking extends Bot {
  readonly slack: Slack
  readonly discord: Discord
  /** Ada is on both, named so in grace.yaml; Ben on Slack; Cleo on Discord; Eve on both and no member. */
  readonly people: {
    readonly ada: { slack: string; discord: User }
    readonly ben: { slack: string }
    readonly cleo: { discord: User }
    readonly eve: { slack: string; discord: User }
  }
  readonly faults: unknown[]
  /** Does all that is due, and lets the clocks go on until nothing is left to say. */
  settles(): Promise<void>
  /** The newest mission's. */
  slackCard(): SlackMessage
  discordCard(): DiscordMessage
  /** Whatever the card shows, as text. */
  slackText(): string
  discordText(): string
  /** What was last said privately. */
  toldOnSlack(user: string): string
  toldOnDiscord(user: User): string
  clicksOnSlack(user: string, action: string): Promise<unknown>
  clicksOnDiscord(user: User, label: string): Promise<unknown>
  disconnect(): Promise<void>
  connect(): Promise<void>
}

const wordsIn = (value: unknown): string => {
  const words: string[] = []
  const walk = (one: unknown): void => {
    if (Array.isArray(one)) for (const part of one) walk(part)
    else if (one && typeof one === 'object')
      for (const [key, part] of Object.entries(one))
        if (typeof part === 'string') {
          if (['text', 'content', 'label', 'description'].includes(key)) words.push(part)
        } else walk(part)
  }
  walk(value)
  return words.join('\n')
}

export async function openTalking(options: BotOptions = {}): Promise<Talking> {
  // Slack's own are at once, and after 1 and 5 minutes.
  const slack = await startSlack({ eventRetriesMs: [0, 1_000, 5_000] })
  const discord = await startDiscord()
  slack.addChannel(SLACK_CHANNEL, { name: 'missions', isMember: true })
  for (const id of ['U0ADA', 'U0BEN', 'U0EVE']) slack.addUser(id, { name: id.slice(2).toLowerCase() })
  const people = {
    ada: { slack: 'U0ADA', discord: discord.addUser('ada_d') },
    ben: { slack: 'U0BEN' },
    cleo: { discord: discord.addUser('cleo') },
    eve: { slack: 'U0EVE', discord: discord.addUser('eve_d') },
  }
  const bot = await openBot({
    members: [
      { id: 'ada', name: 'Ada', slack: 'U0ADA', discord: people.ada.discord.id },
      { id: 'ben', name: 'Ben', slack: 'U0BEN' },
      { id: 'cleo', name: 'Cleo', discord: people.cleo.discord.id },
      { id: 'dan', name: 'Dan' },
    ],
    chat: {
      slack: { team: TEAM, channel: SLACK_CHANNEL },
      discord: { guild: discord.guild.id, channel: discord.channel.id },
    },
    ...options,
  })
  const slackEnv: SlackEnv = {
    botToken: new Secret(slack.botToken),
    appToken: new Secret(slack.appToken),
    signingSecret: undefined,
    port: 0,
    apiUrl: slack.url,
  }
  const discordEnv: DiscordEnv = { token: new Secret(discord.token), apiUrl: discord.url }
  const client = webClient(slackEnv)
  bot.chats.slack = slackChat(client)
  bot.chats.discord = discordChat(discordEnv)
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const inbox = openClient(bot.db.logins.app, { name: 'test-inbox', max: 2 })
  // A click that took longer to write down than its acknowledgement waits is on its way.
  const arriving = new Set<Promise<unknown>>()
  const recording: typeof inbox.transact = (work) => {
    const done = inbox.transact(work)
    arriving.add(done)
    void done.catch(() => {}).finally(() => arriving.delete(done))
    return done
  }
  const ctx: Interacting = {
    control: bot.control,
    list: missionListOn(bot.db.app.db),
    chats: bot.chats,
    status: () => ['all is well'],
  }
  const known = ({ account }: Person) => account.startsWith(`${TEAM}/`)
  const named = ({ account }: Person) => ['U0ADA', 'U0BEN'].some((user) => account === `${TEAM}/${user}`)
  let connections: Connection[] = []
  const connect = async (): Promise<void> => {
    if (bot.hand.talks) {
      await bot.hand.talks({
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.url,
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
      })
      await until(() => discord.gateway.sessions.size === 1, 30_000)
      return slack.connected()
    }
    connections = [
      await connectSlack(
        slackEnv,
        { ctx, inbox: { transact: recording }, chat: bot.chats.slack!, client, known, named, onFault },
        '127.0.0.1',
      ),
      await connectDiscord(discordEnv, {
        ctx,
        inbox: { transact: recording },
        chat: bot.chats.discord!,
        guild: discord.guild.id,
        onFault,
      }),
    ]
    await slack.connected()
  }
  const disconnect = async (): Promise<void> => {
    await bot.hand.talks?.(undefined)
    for (const connection of connections) await connection.stop()
    connections = []
  }
  await connect()

  const slackCard = () =>
    slack.messages(SLACK_CHANNEL).findLast((one) => !one.threadTs || one.threadTs === one.ts)!
  const discordCard = () =>
    discord
      .messages(discord.channel.id)
      .findLast((one) => JSON.stringify(one.components ?? '').includes('"1:details:'))!
  // Everything that a Talking adds, on the bot itself: its getters stay getters.
  return Object.defineProperties(bot, {
    ...Object.getOwnPropertyDescriptors({
      slack,
      discord,
      people,
      faults,
      connect,
      disconnect,
      async settles() {
        await Promise.allSettled(arriving)
        for (let i = 0; i < 8; i++) {
          await bot.works()
          await bot.db.skip(2_000)
          slack.skip(2_000)
          discord.skip(2_000)
        }
        await bot.works()
        // All of Grace and of Slack is this one process: busy for seconds, it takes the line for dead and begins another.
        await slack.connected()
      },
      slackCard,
      discordCard,
      slackText: () => wordsIn(slackCard().blocks),
      discordText: () => wordsIn(discordCard().components),
      toldOnSlack: (user: string) => wordsIn(slack.privateTo(user).at(-1)?.blocks),
      toldOnDiscord: (user: User) => wordsIn(discord.privateTo(user.id).at(-1)?.components),
      clicksOnSlack: (user: string, actionId: string) =>
        slack.click({ user, channel: SLACK_CHANNEL, ts: slackCard().ts, actionId }),
      clicksOnDiscord: (user: User, label: string) =>
        discord.click({ user, channelId: discord.channel.id, messageId: discordCard().id, label }),
      close: closing(bot.close, async () => {
        await disconnect()
        await until(() => slack.sockets.connections === 0, 5_000).catch(() => {})
        await inbox.close()
        await slack.close()
        await discord.close()
      }),
    }),
  }) as Talking
}

const closing = (bot: () => Promise<void>, more: () => Promise<void>) => async (): Promise<void> => {
  await more()
  await bot()
}
