// What the stand-in keeps: the shapes of Discord's API v10, and beside them what only a test may see.

export type Json = Record<string, unknown>

export interface User {
  id: string
  username: string
  global_name: string | null
  bot: boolean
}

export interface Member {
  user: User
  nick: string | null
  roles: string[]
  joined_at: string
}

export interface Guild {
  id: string
  name: string
  owner_id: string
  members: Map<string, Member>
}

export interface ThreadMetadata {
  archived: boolean
  archive_timestamp: string
  auto_archive_duration: number
  locked: boolean
  create_timestamp: string
}

export interface Channel {
  id: string
  /** 0 a text channel, 11 a public thread. */
  type: number
  guild_id: string
  name: string
  parent_id: string | null
  last_message_id: string | null
  owner_id?: string
  thread_metadata?: ThreadMetadata
  message_count?: number
  member_count?: number
}

/** A component as it was sent: of any kind, nothing assured but the type. */
export interface Component {
  type: number
  id?: number
  custom_id?: string
  label?: string
  style?: number
  url?: string
  disabled?: boolean
  content?: string
  components?: Component[]
  component?: Component
  accessory?: Component
  items?: Json[]
  options?: Json[]
  [key: string]: unknown
}

/** A file as the bot sent it, with its bytes. */
export interface StoredFile {
  id: string
  filename: string
  description: string | null
  content_type: string
  size: number
  url: string
  width?: number
  height?: number
  bytes: Uint8Array
}

/** One state of a message: when it came about, and the body that did it. */
export interface Version {
  at: number
  body: Json
}

export interface Message {
  id: string
  channel_id: string
  guild_id: string
  type: number
  author: User
  content: string
  embeds: Json[]
  components: Component[]
  flags: number
  timestamp: string
  edited_timestamp: string | null
  mentions: User[]
  mention_everyone: boolean
  reactions: { emoji: string; by: string }[]
  nonce?: string | number
  message_reference?: Json
  interaction_metadata?: Json
  /** Every file that the message still holds, shown through a component or not. */
  files: StoredFile[]
  /** First the post, then each edit. */
  history: Version[]
  /** Ephemeral: only this person sees it. */
  visibleTo?: string
}

/** What a person's client learns: the first response to an interaction, or none in time. */
export type Outcome = Acknowledged | 'not acknowledged'

export interface Acknowledged {
  interactionId: string
  acknowledgedInMs: number
  /** The callback's type: 4 reply, 5 deferred reply, 6 deferred update, 7 update, 8 choices, 9 modal. */
  type: number
  data: Json
}

export interface Interaction {
  id: string
  token: string
  /** 2 command, 3 component, 4 autocomplete, 5 modal submit. */
  type: number
  user: User
  channelId: string
  createdAt: number
  /** The message that holds the component, where there is one. */
  messageId?: string
  response?: { type: number; data: Json; at: number }
  /** What `@original` means. */
  originalId?: string
  /** Set by a type 5 response until it is filled in. */
  loading?: boolean
  settle: (outcome: Outcome) => void
}

export interface Command extends Json {
  id: string
  name: string
  type: number
  guild_id?: string
  options?: CommandOption[]
}

export interface CommandOption {
  type: number
  name: string
  required?: boolean
  autocomplete?: boolean
  choices?: { name: string; value: string | number }[]
  options?: CommandOption[]
}

export interface RequestRecord {
  method: string
  route: Route
  path: string
  params: Record<string, string>
  body: Json | Json[] | undefined
  files: { name: string; size: number }[]
  at: number
  /** 0 while open, and where the socket was dropped. */
  status: number
}

export interface SchemaViolation {
  route: Route
  faults: string[]
  body: unknown
}

export interface Warning {
  route: Route
  warning: 'allowed_mentions is missing'
  body: Json
  at: number
}

export interface IncomingFile {
  index: number
  name: string
  type: string
  bytes: Uint8Array
}

/** The routes that are answered, by the names of Discord's OpenAPI; the specific before the general. */
export const ROUTES = [
  'GET /gateway/bot',
  'GET /users/@me',
  'GET /users/{user_id}',
  'GET /applications/@me',
  'GET /oauth2/applications/@me',
  'GET /applications/{application_id}/commands',
  'PUT /applications/{application_id}/commands',
  'POST /applications/{application_id}/commands',
  'DELETE /applications/{application_id}/commands/{command_id}',
  'GET /applications/{application_id}/guilds/{guild_id}/commands',
  'PUT /applications/{application_id}/guilds/{guild_id}/commands',
  'POST /applications/{application_id}/guilds/{guild_id}/commands',
  'DELETE /applications/{application_id}/guilds/{guild_id}/commands/{command_id}',
  'GET /guilds/{guild_id}',
  'GET /guilds/{guild_id}/channels',
  'GET /guilds/{guild_id}/roles',
  'GET /guilds/{guild_id}/threads/active',
  'GET /guilds/{guild_id}/members/{user_id}',
  'GET /channels/{channel_id}',
  'PATCH /channels/{channel_id}',
  'GET /channels/{channel_id}/messages',
  'POST /channels/{channel_id}/messages',
  'GET /channels/{channel_id}/messages/{message_id}',
  'PATCH /channels/{channel_id}/messages/{message_id}',
  'DELETE /channels/{channel_id}/messages/{message_id}',
  'POST /channels/{channel_id}/messages/{message_id}/threads',
  'PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me',
  'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me',
  'PUT /channels/{channel_id}/thread-members/@me',
  'POST /channels/{channel_id}/typing',
  'POST /interactions/{interaction_id}/{interaction_token}/callback',
  'POST /webhooks/{webhook_id}/{webhook_token}',
  'GET /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original',
  'GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}',
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}',
  'DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}',
] as const

export type Route = (typeof ROUTES)[number]
