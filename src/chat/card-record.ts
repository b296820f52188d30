import type { Platform } from './person.ts'

/** What is known of the one live message of a mission in a channel. */
export interface CardRecord {
  readonly mission: string
  readonly platform: Platform
  readonly channel: string
  readonly message: string | null
  readonly thread: string | null
  readonly chart: { readonly evidence: string; readonly ref: string } | null
  readonly attemptedAt: Date | null
  readonly digest: string | null
  readonly trouble: string | null
}
export type CardKey = Pick<CardRecord, 'mission' | 'platform' | 'channel'>

export interface Cards {
  /** Nobody else touches the message until `release` or that many ms have passed; undefined where somebody does. */
  lease(key: CardKey, ms: number): Promise<CardRecord | undefined>
  /** Says that it is still being worked at. */
  renew(key: CardKey, ms: number): Promise<void>
  save(record: CardRecord): Promise<void>
  release(key: CardKey): Promise<void>
  find(key: CardKey): Promise<CardRecord | undefined>
  /** The mission whose thread this is. */
  ofThread(platform: Platform, channel: string, thread: string): Promise<CardRecord | undefined>
}

export interface Posts {
  /** `done` where it was posted; `again` where an earlier attempt may have been; else it is new. */
  attempt(key: string): Promise<'new' | 'again' | 'done'>
  done(key: string, message: string): Promise<void>
}
