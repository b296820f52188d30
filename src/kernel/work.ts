// How a verb commits: its next state, what the ledger says of it, and what must follow, all in one transaction.
import type { ActorRef } from './actor.ts'
import type { Json } from './digest.ts'

/** Runs `change` in one READ COMMITTED transaction. `Stores` is what a verb asks for and no more. */
export type Transact<Stores> = <T>(change: (stores: Stores) => Promise<T>) => Promise<T>

/** The one clock. PostgreSQL has it, so that every process and every trigger agrees. */
export interface Clock {
  now(): Promise<Date>
}

/** Free text that an entry commits to without containing it, so that it can be redacted. */
export interface Spoken {
  readonly spoken: string
}
export const spoken = (text: string): Spoken => ({ spoken: text })

/** What happened, past tense. `facts` may hold `spoken()` text at its top level. */
export interface Entry {
  readonly kind: string
  readonly actor: ActorRef
  /** The mission that it belongs to, if any. */
  readonly mission?: string
  readonly facts: { readonly [name: string]: Json | Spoken | undefined }
}

export interface Ledger {
  /** Appends in the running transaction and returns the entries' ids in order. */
  append(entries: readonly Entry[]): Promise<string[]>
}

/** Something to be carried out after the commit, at least once, by a job of that name. */
export interface Effect {
  readonly kind: string
  readonly payload: { readonly [name: string]: Json }
  /** A second effect with the same key is dropped while the first is outstanding. */
  readonly key?: string
  /** Not before this many milliseconds from now. */
  readonly afterMs?: number
}

export interface Outbox {
  add(effects: readonly Effect[]): Promise<void>
}

/** What most verbs need beside their own nouns. */
export interface Commit {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly outbox: Outbox
}
