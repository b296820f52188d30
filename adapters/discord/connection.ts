// discord.js on the gateway.
import { Client, Events, GatewayIntentBits, Options, Partials } from 'discord.js'
import type { Connection } from '../../src/chat/supervise.ts'
import type { DiscordEnv } from '../../src/config/env.ts'
import { PATIENCE } from './chat.ts'
import { register } from './commands.ts'
import { type Listening, listenForInteractions } from './interactions.ts'
import { listenForReplies } from './threads.ts'

const READY_MS = 30_000

const discordClient = ({ apiUrl }: DiscordEnv): Client =>
  new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    // An edit of a message that is not in the cache is heard as well.
    partials: [Partials.Message],
    allowedMentions: { parse: [] },
    rest: { ...(apiUrl ? { api: apiUrl } : {}), ...PATIENCE },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 100,
      UserManager: 500,
      GuildMemberManager: 500,
      PresenceManager: 0,
      ReactionManager: 0,
    }),
    sweepers: Options.DefaultSweeperSettings,
  })

/** A fresh client each time: discord.js does not come back from every loss. */
export async function connectDiscord(env: DiscordEnv, on: Listening): Promise<Connection> {
  const client = discordClient(env)
  // Without a listener an error ends the process.
  client.on(Events.Error, on.onFault)
  client.on(Events.ShardError, on.onFault)
  let ended = false
  client.on(Events.ShardDisconnect, () => {
    ended = true
  })
  client.on(Events.ShardReconnecting, () => {
    ended = true
  })
  client.on(Events.ShardReady, () => {
    ended = false
  })
  client.on(Events.ShardResume, () => {
    ended = false
  })
  listenForInteractions(client, on)
  listenForReplies(client, on)
  const ready = new Promise<void>((resolve, reject) => {
    const late = () => reject(new Error(`Discord was not ready in ${READY_MS / 1000} s`))
    const timer = setTimeout(late, READY_MS).unref()
    client.once(Events.ClientReady, () => {
      clearTimeout(timer)
      resolve()
    })
  })
  ready.catch(() => {})
  try {
    await client.login(env.token.reveal())
    await ready
  } catch (error) {
    await client.destroy()
    throw error
  }
  // Without its commands the bot still hears clicks: they are registered with the next connection.
  await register(client.rest, client.application!.id, on.guild, on.ctx.control).catch(on.onFault)
  return {
    alive: () => !ended && client.isReady(),
    stop: async () => client.destroy(),
  }
}
