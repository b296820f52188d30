// What Grace needs of a target's pull requests, as plain values.
import type { Target } from '../config/config.ts'
import type { PullRequestHead } from './candidate.ts'

export interface PullRequest extends PullRequestHead {
  readonly title: string
  readonly body: string
  /** Account that opened it. */
  readonly author: string
  readonly isBot: boolean
}

/** How far Grace is with a head, as its check. Only `success` lets a branch that requires the check be merged. */
export interface Shown {
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'cancelled'
  readonly title: string
  /** Markdown. */
  readonly summary: string
  /** Where the mission is shown; empty where nobody can follow it. */
  readonly url: string
}

export interface PullRequests {
  /** Open ones on the target's branch that carry its label. */
  labelled(target: Target): Promise<readonly PullRequest[]>
  /** Accounts that its commits name, beside who opened it. Refuses where one of them names none, or where there are too many. */
  committers(target: Target, number: number): Promise<readonly string[]>
  /** Who gave it the target's label last. */
  labelledBy(target: Target, number: number): Promise<string | undefined>
  /** `labelled`: it is open, on the target's branch, and has its label. */
  stateOf(target: Target, number: number): Promise<'labelled' | 'unlabelled' | 'closed' | 'merged'>
  /** In the place of what was shown there before. */
  show(target: Target, head: string, shown: Shown): Promise<void>
}
