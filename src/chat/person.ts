// Who speaks from a chat platform, and where they are answered.

export const PLATFORMS = ['slack', 'discord'] as const
export type Platform = (typeof PLATFORMS)[number]
export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = { slack: 'Slack', discord: 'Discord' }

/** An account of a platform. Slack: `team/user`, the user's own team; Discord: the user's id. */
export interface Person {
  readonly platform: Platform
  readonly account: string
  /** As the platform shows it; never an identity. */
  readonly name: string
}

/** Where one person is answered privately. `token`: Discord's of the interaction, Slack's response_url; short-lived. */
export interface Address {
  readonly platform: Platform
  readonly account: string
  readonly channel: string
  readonly token?: string
}

export interface Channel {
  readonly platform: Platform
  readonly channel: string
}
