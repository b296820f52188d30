// What the doctor asks Slack: token, scopes, and whether the bot is where cards go.
import type { Finding } from '../../src/chat/checkup.ts'
import type { SlackEnv } from '../../src/config/env.ts'
import { webClient } from './chat.ts'
import { slackCode } from './errors.ts'
import { BOT_SCOPES } from './manifest.ts'

export async function slackCheckup(
  env: SlackEnv,
  team: string,
  channels: readonly string[],
): Promise<Finding[]> {
  const client = webClient(env)
  const why = (error: unknown) => slackCode(error) ?? (error instanceof Error ? error.message : 'no answer')
  const found: Finding[] = []
  let scopes: readonly string[]
  try {
    const who = await client.auth.test()
    scopes = who.response_metadata?.scopes ?? []
    const right = who.team_id === team
    found.push({
      fine: right,
      what: `Slack: ${who.user} in ${who.team} (${who.team_id})`,
      mend: right ? '' : `chat.slack.team in grace.yaml is ${team}`,
    })
  } catch (error) {
    return [
      {
        fine: false,
        what: `Slack: ${why(error)}`,
        mend: 'check SLACK_BOT_TOKEN (xoxb-…), from OAuth & Permissions of the app',
      },
    ]
  }
  const missing = BOT_SCOPES.filter((scope) => !scopes.includes(scope))
  found.push({
    fine: missing.length === 0,
    what: missing.length === 0 ? 'Slack: all scopes' : `Slack: without ${missing.join(', ')}`,
    mend: missing.length === 0 ? '' : 'update the app with: grace slack manifest, and install it again',
  })
  for (const channel of channels)
    try {
      const { channel: info } = await client.conversations.info({ channel })
      const fine = info?.is_member === true && info.is_archived !== true
      found.push({
        fine,
        what: `Slack: channel ${info?.name ?? channel}`,
        mend: fine ? '' : info?.is_archived ? 'it is archived' : 'invite the bot: /invite @Grace',
      })
    } catch (error) {
      found.push({
        fine: false,
        what: `Slack: channel ${channel}: ${why(error)}`,
        mend: 'check the id in grace.yaml, and invite the bot to it',
      })
    }
  return found
}
