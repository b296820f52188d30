// What Grace needs of a chat platform. Each call may fail as a fault (tried again) or refuse (reported, not tried again).
import type { Card } from '../cards/card.ts'
import type { Post, Reply } from '../cards/post.ts'
import type { Address, Platform } from './person.ts'

export interface Shown {
  readonly message: string
  readonly thread: string | null
  /** The platform's reference to the chart that is shown, to be used again. */
  readonly chart: string | null
}

export interface Picture {
  readonly png: Uint8Array
  /** For those who can't see it. */
  readonly text: string
}

export interface Chat {
  readonly platform: Platform
  /** `key` is the platform's means against posting twice. */
  post(channel: string, card: Card, key: string): Promise<Shown>
  /** A card that an earlier attempt may have posted. */
  findCard(channel: string, card: Card, key: string): Promise<Shown | undefined>
  /** Where a picture is shared before it is shown: its reference, null where that is not possible. */
  upload?(channel: string, message: string, picture: Picture): Promise<string | null>
  /** `gone`: the message is no more. `chart` is what is shown already; `picture` a new one. */
  edit(channel: string, shown: Shown, card: Card, picture: Picture | undefined): Promise<Shown | 'gone'>
  /** Opens the thread where there is none yet. */
  say(channel: string, shown: Shown, title: string, post: Post, key: string, again: boolean): Promise<Shown>
  /** `openly`: said in the channel where there is no private way any more; never for what only one may read. */
  tell(address: Address, reply: Reply, openly?: boolean): Promise<void>
  react(channel: string, message: string): Promise<void>
}

/** Draws a card's chart. */
export type Draw = (card: Card) => Promise<Picture | undefined>

export type Chats = Readonly<Partial<Record<Platform, Chat>>>
