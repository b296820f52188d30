// The Slack app, as api.slack.com makes it: scopes are those that are used, each with its use.
const SCOPES = {
  'channels:history': 'replies in the threads of cards; finding a card whose post was not answered',
  'groups:history': 'the same in private channels',
  'channels:read': 'doctor: is the bot in the channel?',
  'groups:read': 'the same in private channels',
  'chat:write': 'cards, threads, private answers',
  commands: '/missions and /grace',
  'files:read': 'is the chart ready to be shown?',
  'files:write': 'the chart',
  'reactions:write': 'acknowledging feedback',
  'users:read': 'names of those who reply',
} as const
export const BOT_SCOPES: readonly string[] = Object.keys(SCOPES)

/** `url`: where Slack reaches Grace over HTTP, without the path; undefined: Socket Mode. */
export function manifest(url?: string): object {
  const events = url === undefined ? undefined : `${url.replace(/\/+$/, '')}/slack/events`
  const at = events === undefined ? {} : { url: events }
  const requests = events === undefined ? {} : { request_url: events }
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Grace',
      description: 'Grace proposes, people decide.',
      background_color: '#2c2d30',
    },
    features: {
      bot_user: { display_name: 'Grace', always_online: true },
      slash_commands: [
        {
          command: '/missions',
          description: 'List, show, propose and vote on missions',
          usage_hint: 'list | show M-12 | propose | vote M-12 | why M-12',
          should_escape: false,
          ...at,
        },
        {
          command: '/grace',
          description: 'Who you are here, and what there is to say',
          usage_hint: 'help | status | link | unlink',
          should_escape: false,
          ...at,
        },
      ],
    },
    oauth_config: { scopes: { bot: [...BOT_SCOPES] } },
    settings: {
      event_subscriptions: { ...requests, bot_events: ['message.channels', 'message.groups'] },
      interactivity: { is_enabled: true, ...requests },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  }
}
