// The bot: Slack and Discord, each by itself, and what Grace says there.
import { openClient } from '../../db/client.ts'
import { takeSeat } from '../../db/seat.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { createSignInCode } from '../access/sign-in.ts'
import type { Card } from '../cards/card.ts'
import type { Chats } from '../chat/chat.ts'
import { type Person, PLATFORM_NAMES, type Platform } from '../chat/person.ts'
import { type Connection, type Supervised, supervise } from '../chat/supervise.ts'
import type { Interacting } from '../commands/interactions.ts'
import type { Common } from './role.ts'

export interface Bot {
  readonly chats: Chats
  /** Platform → how it is. */
  state(): Readonly<Record<string, string>>
}

/** A platform's library is loaded where it is spoken to: the two take half a second. */
export async function startBot(common: Common): Promise<Bot> {
  const { ground, database, parts, log, onStop } = common
  const { env, config } = ground
  // A click does not queue behind what Grace is busy with.
  const inbox = openClient(database.logins.app, { name: 'grace-inbox', max: 2 })
  onStop(() => inbox.close())
  const chats: { -readonly [P in keyof Chats]: Chats[P] } = {}
  const running = new Map<Platform, Supervised>()
  const state = () => Object.fromEntries([...running].map(([platform, one]) => [platform, one.state()]))
  const tokens = tokensOn(parts.app.db)
  const ctx: Interacting = {
    control: parts.control,
    list: missionListOn(parts.app.db),
    chats,
    status: () =>
      Object.entries(state()).map(([platform, how]) => `${PLATFORM_NAMES[platform as Platform]}: ${how}`),
    ...(env.url
      ? { signInLink: async (member) => `${env.url}/sign-in#${await createSignInCode(tokens, member)}` }
      : {}),
  }
  const where = env.url ? (card: Card) => `${env.url}/missions/${card.name}` : undefined
  const onFault = (platform: Platform) => (error: unknown) => log.error({ err: error, platform }, 'chat')
  const keep = (platform: Platform, connect: Parameters<typeof supervise>[0]) =>
    running.set(
      platform,
      supervise(connect, (what, error) => log.warn({ err: error, platform }, what)),
    )
  if (env.slack && config.chat.slack) {
    const { slackChat, webClient } = await import('../../adapters/slack/chat.ts')
    const { connectSlack } = await import('../../adapters/slack/connection.ts')
    const { slack } = env
    const { team } = config.chat.slack
    const client = webClient(slack)
    const chat = slackChat(client, where)
    chats.slack = chat
    const named = ({ account }: Person) => config.members.some((member) => member.slack === account)
    const known = (person: Person) => person.account.startsWith(`${team}/`) || named(person)
    const on = { ctx, inbox, chat, client, known, named, onFault: onFault('slack') }
    // Of several sockets Slack gives each payload to one: as many bots as there are may be connected.
    keep('slack', () => connectSlack(slack, on, env.host))
  }
  if (env.discord && config.chat.discord) {
    const { discordChat } = await import('../../adapters/discord/chat.ts')
    const { connectDiscord } = await import('../../adapters/discord/connection.ts')
    const { discord } = env
    const { guild } = config.chat.discord
    const chat = discordChat(discord, where)
    chats.discord = chat
    const on = { ctx, inbox, chat, guild, onFault: onFault('discord') }
    // Every gateway session is sent every event: one process at a time has it.
    keep('discord', async (signal, waits) => {
      const seat = await takeSeat(database.logins.app, 'discord', signal, () =>
        waits('standing by: another bot has the gateway'),
      )
      return seated(seat, () => connectDiscord(discord, on))
    })
  }
  // A client library that rejects unheard does not end Grace: its adapter is connected anew.
  if (running.size > 0) {
    const unheard = (error: unknown) => log.error({ err: error }, 'unheard rejection')
    process.on('unhandledRejection', unheard)
    onStop(async () => process.off('unhandledRejection', unheard))
  }
  onStop(() => Promise.all([...running.values()].map((one) => one.stop())))
  return { chats, state }
}

/** Who loses the seat loses the connection, and who loses the connection gives the seat to the next. */
async function seated(
  seat: Awaited<ReturnType<typeof takeSeat>>,
  connect: () => Promise<Connection>,
): Promise<Connection> {
  try {
    const connection = await connect()
    return {
      alive: () => seat.held() && connection.alive(),
      async stop() {
        await connection.stop()
        await seat.leave()
      },
    }
  } catch (error) {
    await seat.leave()
    throw error
  }
}
