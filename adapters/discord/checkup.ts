// What the doctor asks Discord: token, intents, and whether the bot may do its work where cards go.
import { ApplicationFlags, DiscordAPIError, REST, Routes } from 'discord.js'
import type { Finding } from '../../src/chat/checkup.ts'
import type { DiscordEnv } from '../../src/config/env.ts'
import { PATIENCE } from './chat.ts'

const CONTENT = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited

export async function discordCheckup(
  env: DiscordEnv,
  guild: string,
  channels: readonly string[],
): Promise<Finding[]> {
  const rest = new REST({ ...(env.apiUrl ? { api: env.apiUrl } : {}), ...PATIENCE })
  const get = async <T>(route: `/${string}`): Promise<T> => {
    rest.setToken(env.token.reveal())
    return (await rest.get(route)) as T
  }
  const why = (error: unknown) =>
    error instanceof DiscordAPIError ? `${error.code} ${error.message}` : String((error as Error).message)
  const found: Finding[] = []
  try {
    const app = await get<{ name: string; flags?: number }>(Routes.currentApplication())
    found.push({ fine: true, what: `Discord: ${app.name}`, mend: '' })
    const content = ((app.flags ?? 0) & CONTENT) !== 0
    found.push({
      fine: content,
      what: content ? 'Discord: message content intent' : 'Discord: without the message content intent',
      mend: content
        ? ''
        : 'replies in threads would be empty: switch it on under Bot in the developer portal',
    })
  } catch (error) {
    return [
      {
        fine: false,
        what: `Discord: ${why(error)}`,
        mend: 'check DISCORD_TOKEN, from Bot in the developer portal',
      },
    ]
  }
  try {
    const { name } = await get<{ name: string }>(Routes.guild(guild))
    found.push({ fine: true, what: `Discord: server ${name}`, mend: '' })
  } catch (error) {
    found.push({
      fine: false,
      what: `Discord: server ${guild}: ${why(error)}`,
      mend: 'invite the bot with the URL of: grace discord invite',
    })
  }
  for (const channel of channels)
    try {
      const { name } = await get<{ name: string }>(Routes.channel(channel))
      found.push({ fine: true, what: `Discord: channel ${name}`, mend: '' })
    } catch (error) {
      found.push({
        fine: false,
        what: `Discord: channel ${channel}: ${why(error)}`,
        mend: 'check the id in grace.yaml, and let the bot see the channel',
      })
    }
  return found
}
