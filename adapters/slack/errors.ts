// Slack's answers, in Grace's words: not now, never, or a fault.
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { Later } from '../../src/kernel/later.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

/** What trying again does not change, and what to do about it. */
const NEVER: Readonly<Record<string, string>> = {
  channel_not_found: 'Check the channel in grace.yaml, and invite the bot to it.',
  not_in_channel: 'Invite the bot to the channel: /invite @Grace',
  is_archived: 'Unarchive the channel, or name another one in grace.yaml.',
  restricted_action: 'Ask an administrator of the workspace to let the bot post there.',
  missing_scope: 'Install the app again with the manifest of: grace slack manifest',
  user_not_in_channel: 'They left the channel.',
  invalid_auth: 'Check SLACK_BOT_TOKEN; grace doctor says more.',
  account_inactive: 'The app was removed from the workspace. Install it again.',
  token_revoked: 'Install the app again and set the new SLACK_BOT_TOKEN.',
  not_authed: 'Set SLACK_BOT_TOKEN.',
}
/** Of those, a person may mend these while Grace runs: what waits is kept. */
const MENDABLE = new Set(['invalid_auth', 'account_inactive', 'token_revoked', 'not_authed'])
const MENDED_SOON_MS = 60_000

export const slackCode = (error: unknown): string | undefined =>
  error instanceof WebAPIPlatformError ? error.data.error : undefined

export async function callOf<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError)
      throw new Later('Slack asked to be called later', error.retryAfter * 1000)
    const code = slackCode(error)
    if (code && MENDABLE.has(code)) throw new Later(`Slack refuses the token (${code})`, MENDED_SOON_MS)
    if (code && code in NEVER)
      throw new Refusal('unavailable', `slack_${code}`, `Slack refuses the ${what}: ${code}.`, NEVER[code]!)
    throw error
  }
}
