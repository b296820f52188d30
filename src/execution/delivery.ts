// How a change gets into the repository and out to where it runs. Only the executor holds one of these.
import type { PullRequestHead } from '../candidate/candidate.ts'
import type { Target } from '../config/config.ts'

export interface MergeRequest {
  readonly execution: string
  readonly baseCommit: string
  readonly tree: string
  readonly patch: string
  readonly message: string
  /** The change came as this, and is merged as this. */
  readonly pullRequest?: PullRequestHead | null | undefined
  /** Pushed beside the branch. */
  readonly records: {
    /** DSSE envelopes, one per line. */
    readonly attestations: string
    /** C2SP tlog-proof of the vote's end. */
    readonly proof: string
    /** The ledger's checkpoint that the proof ends in, to be tagged; undefined where the target wants no tags. */
    readonly checkpoint: { readonly size: number; readonly note: string } | undefined
  }
}

export type Merged =
  /** `fault`: it is on the branch, on that other commit, and not what was approved. */
  | { readonly commit: string; readonly fault?: { readonly why: string; readonly onto: string } }
  /** Grace did nothing; what there is instead, as a sentence. */
  | { readonly not: string }

/** A forge that does not answer, and one that does not allow it: nothing that is delivered is at fault. */
export const FORGE_AWAY = 'github_away'
export const FORGE_REFUSED = 'github_refused'

export interface Delivery {
  /**
   * Brings exactly that tree on that base to the branch, if the branch still stands there. Called again for the same
   * execution it finds its own commit. Throws Later where a forge is not ready for it.
   */
  merge(target: Target, request: MergeRequest): Promise<Merged>
  /** Takes away what an attempt to merge has left beside the branch. */
  abandon(target: Target, execution: string): Promise<void>
  /** The execution's commit where it is on the branch. */
  merged(target: Target, execution: string): Promise<string | undefined>
  /** Takes the execution's commit back with a revert commit; finds its own when called again. */
  revert(target: Target, execution: string, revision: string): Promise<string>
  /** Makes it live; refuses (deploy_failed) with the end of what was said where that fails, throws Later while somebody else does it. */
  deploy(target: Target, of: { execution: string; revision: string; previous: string }): Promise<string>
  rollBack(target: Target, of: { execution: string; revision: string; previous: string }): Promise<string>
  /** The revision that is live; undefined where nothing can say so. */
  liveRevision(target: Target): Promise<string | undefined>
}
