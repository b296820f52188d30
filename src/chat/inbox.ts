import type { Vote } from '../parliament/tally.ts'
import type { Address, Person } from './person.ts'

/** A vote as it was clicked. `key` is the platform's own id of the click: the same one is recorded once. */
export interface Click extends Person {
  readonly key: string
  readonly session: string
  readonly vote: Vote
  readonly reason: string
  readonly address: Address
  readonly clickedAt: Date
}

export interface Settled {
  readonly outcome: string
  readonly sentence: string
}

export interface Inbox {
  /** False where it was already there. */
  record(click: Click): Promise<boolean>
  /** Locks the row until the transaction ends. */
  lock(key: string): Promise<(Click & { readonly settled: Settled | null }) | undefined>
  settle(key: string, settled: Settled): Promise<void>
  find(key: string): Promise<(Click & { readonly settled: Settled | null }) | undefined>
  told(key: string): Promise<void>
}
