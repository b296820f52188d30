// Bolt on Socket Mode, or on signed HTTP where there is no app-level token.
import { App, HTTPReceiver, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt'
import type { Connection } from '../../src/chat/supervise.ts'
import type { SlackEnv } from '../../src/config/env.ts'
import { type Listening, listenForInteractions } from './interactions.ts'
import { listenForReplies } from './threads.ts'

/** After every disconnect the client is deaf for this long (CHAT.md 1.6). */
const CLIENT_PING_TIMEOUT_MS = 1_500

export async function connectSlack(env: SlackEnv, on: Listening, host: string): Promise<Connection> {
  const who = await on.client.auth.test()
  let connected = true
  const { receiver, begin, end } = env.appToken ? socket() : http()
  const app = new App({
    receiver,
    // Asked once, above: Bolt would ask again in its constructor, where a failure ends the process.
    authorize: async () => ({ botToken: env.botToken.reveal(), botId: who.bot_id!, botUserId: who.user_id! }),
    clientOptions: env.apiUrl ? { slackApiUrl: env.apiUrl } : {},
    logLevel: LogLevel.ERROR,
  })
  app.error(async (error) => on.onFault(error))
  listenForInteractions(app, on)
  listenForReplies(app, on, who.team_id ?? '')
  await begin(app)
  return { alive: () => connected, stop: () => end(app) }

  function socket() {
    const receiver = new SocketModeReceiver({
      appToken: env.appToken!.reveal(),
      clientPingTimeout: CLIENT_PING_TIMEOUT_MS,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: env.apiUrl ? { slackApiUrl: env.apiUrl } : {} },
    })
    const { client } = receiver
    client.on('connected', () => {
      connected = true
    })
    for (const event of ['disconnected', 'reconnecting', 'close'])
      client.on(event, () => {
        connected = false
      })
    client.on('error', on.onFault)
    return {
      receiver: receiver as Receiver,
      begin: async (app: App) => void (await app.start()),
      end: async (app: App) => void (await app.stop()),
    }
  }

  function http() {
    const receiver = new HTTPReceiver({
      signingSecret: env.signingSecret!.reveal(),
      endpoints: '/slack/events',
      port: env.port,
      logLevel: LogLevel.ERROR,
    })
    return {
      receiver: receiver as Receiver,
      begin: async (app: App) => void (await app.start({ port: env.port, host })),
      end: async (app: App) => void (await app.stop()),
    }
  }
}
