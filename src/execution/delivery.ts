// How a change gets into the repository and out to where it runs. Only the executor holds one of these.
import type { Target } from '../config/config.ts'

export interface MergeRequest {
  readonly execution: string
  readonly baseCommit: string
  readonly tree: string
  readonly patch: string
  readonly message: string
  /** Pushed in the same step as the branch. */
  readonly records: {
    /** DSSE envelopes, one per line. */
    readonly attestations: string
    /** C2SP tlog-proof of the vote's end. */
    readonly proof: string
    /** The ledger's checkpoint that the proof ends in, to be tagged; undefined where the target wants no tags. */
    readonly checkpoint: { readonly size: number; readonly note: string } | undefined
  }
}

export interface Delivery {
  /**
   * Makes the signed commit that has exactly that tree on that base and pushes it, if the branch still stands there.
   * Called again for the same execution it finds its own commit. Undefined: the branch moved, or the commit was taken
   * back already; nothing was done.
   */
  merge(target: Target, request: MergeRequest): Promise<string | undefined>
  /** The execution's commit where it is on the branch. */
  merged(target: Target, execution: string): Promise<string | undefined>
  /** Takes the execution's commit back with a revert commit; finds its own when called again. */
  revert(target: Target, execution: string, revision: string): Promise<string>
  /** Runs the deploy command; refuses (deploy_failed) with the end of its output where it fails. */
  deploy(target: Target, of: { execution: string; revision: string; previous: string }): Promise<string>
  rollBack(target: Target, of: { execution: string; revision: string; previous: string }): Promise<string>
  /** The revision that the status command says is live; undefined where there is no such command. */
  liveRevision(target: Target): Promise<string | undefined>
}
