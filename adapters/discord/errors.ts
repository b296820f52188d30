// Discord's answers, in Grace's words: not now, never, or a fault.
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { Later } from '../../src/kernel/later.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

const NEVER: Readonly<Record<number, string>> = {
  10003: 'Check the channel in grace.yaml.',
  50001: 'Let the bot see the channel.',
  50013: 'Give the bot the permissions of: grace discord invite',
  50083: 'The thread is archived and locked; unlock it.',
}
const MENDED_SOON_MS = 60_000
const AWAY_MS = 5_000

export const discordCode = (error: unknown): string | number | undefined =>
  error instanceof DiscordAPIError ? error.code : undefined

export async function callOf<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RateLimitError)
      throw new Later('Discord asked to be called later', error.timeToReset)
    // After one 401 the client forgets its token: it is connected anew, and what waits is kept.
    if (
      (error instanceof DiscordAPIError && error.status === 401) ||
      (error instanceof Error && /Expected token to be set/.test(error.message))
    )
      throw new Later('Discord refuses the token', MENDED_SOON_MS)
    if (error instanceof HTTPError && error.status >= 500)
      throw new Later(`Discord answers ${error.status}`, AWAY_MS)
    const code = Number(discordCode(error))
    if (code in NEVER)
      throw new Refusal(
        'unavailable',
        `discord_${code}`,
        `Discord refuses the ${what} (${code}).`,
        NEVER[code]!,
      )
    throw error
  }
}
