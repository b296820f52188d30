// The nouns of the stand-in: what it holds, what it was asked and what it delivered.

export type Fields = Record<string, unknown>

export interface Block extends Fields {
  readonly type: string
  readonly block_id?: string
}

export interface Team {
  readonly id: string
  readonly domain: string
  readonly name: string
}

export interface Person {
  readonly id: string
  name: string
  realName: string
  teamId: string
  isRestricted: boolean
  isUltraRestricted: boolean
  isBot: boolean
  deleted: boolean
}

export interface Channel {
  readonly id: string
  name: string
  /** Whether the bot is in it. */
  isMember: boolean
  isArchived: boolean
  isPrivate: boolean
  isIm: boolean
  /** Shared with another workspace by Slack Connect. */
  isExtShared: boolean
  /** Undefined = everybody. */
  members: ReadonlySet<string> | undefined
}

export interface Version {
  /** Milliseconds of the stand-in's clock. */
  readonly at: number
  readonly text: string
  readonly blocks: readonly Block[]
  readonly via: 'chat.postMessage' | 'chat.update' | 'response_url' | 'person' | 'command' | 'files'
}

export interface Message {
  readonly ts: string
  readonly channel: string
  readonly user: string
  readonly botId: string | undefined
  readonly threadTs: string | undefined
  readonly broadcast: boolean
  readonly subtype: string | undefined
  text: string
  blocks: readonly Block[]
  attachments: readonly Fields[]
  metadata: Fields | undefined
  files: readonly string[]
  reactions: { name: string; users: string[] }[]
  edited: { user: string; ts: string } | undefined
  /** Every state it ever had, the first and the current one included. */
  readonly history: Version[]
  deletedAt: number | undefined
}

/** What only one person saw. */
export interface Private {
  readonly user: string
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | undefined
  readonly via: 'chat.postEphemeral' | 'response_url' | 'command'
  readonly at: number
  text: string
  blocks: readonly Block[]
  deleted: boolean
}

export interface View {
  readonly id: string
  readonly user: string
  readonly type: 'modal' | 'home'
  readonly rootId: string
  readonly previousId: string | undefined
  hash: string
  /** As the app sent it, with block and action ids filled in. */
  content: Fields
  blocks: readonly Block[]
  readonly history: Fields[]
  isOpen: boolean
}

export interface UploadedFile {
  readonly id: string
  readonly name: string
  readonly length: number
  readonly altText: string | undefined
  title: string
  bytes: Uint8Array | undefined
  completed: boolean
  /** Before this instant files.info knows no mimetype and an image block refuses it. */
  readyAt: number
  shares: { channel: string; ts: string; threadTs: string | undefined }[]
}

export interface Call {
  readonly method: string
  readonly args: Fields
  readonly at: number
  answered: 'pending' | 'ok' | 'rate limited' | 'server error' | 'lost' | { readonly error: string }
  answer: Fields | undefined
}

export type DeliveryKind = 'events_api' | 'interactive' | 'slash_commands'

export interface Delivery {
  readonly envelopeId: string
  readonly kind: DeliveryKind
  readonly payload: Fields
  readonly retryNum: number
  /** Within the deadline. */
  acknowledged: boolean
  /** From the (first) sending; Infinity where nobody acknowledged in time. */
  acknowledgedInMs: number
  /** What the acknowledgement contained; undefined = nothing. */
  response: unknown
  why: string | undefined
  /** Every acknowledgement: late ones and those of a second copy too. */
  readonly acks: { readonly afterMs: number; readonly connection: number | 'http' }[]
  /** The connections that were given a copy. */
  readonly connections: (number | 'http')[]
}

export interface ResponseUrl {
  readonly url: string
  readonly at: number
  readonly user: string
  readonly channel: string
  /** The message that was clicked; undefined for a command. */
  readonly ts: string | undefined
  uses: number
}

export interface Response {
  readonly at: number
  readonly user: string
  readonly channel: string
  readonly body: Fields
  readonly status: number
}

/** An answer `ok: false`; the name is Slack's. */
export class Refused extends Error {
  readonly error: string
  readonly extra: Fields
  constructor(error: string, extra: Fields = {}) {
    super(error)
    this.error = error
    this.extra = extra
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])
export const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
export const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1'
