import type { ActorRef } from '../kernel/actor.ts'
import { digestOf, digestOfText } from '../kernel/digest.ts'

/** A pull request as it was when its change was taken: that commit is what may be merged. */
export interface PullRequestHead {
  readonly number: number
  /** Commit (40 hex digits). */
  readonly head: string
}

/** One revision of the change. */
export interface Candidate {
  readonly id: string
  readonly mission: string
  /** 1 for the first. */
  readonly revision: number
  /** Commit of the target's branch that the patch was made against (40 hex digits). */
  readonly baseCommit: string
  /** Git tree of base plus patch: what would be merged (40 hex digits). */
  readonly tree: string
  readonly patch: string
  /** `git patch-id --stable`: the same for the same change on another base. */
  readonly patchId: string
  readonly digest: string
  /** Who wrote or edited the patch or the claim: they may not approve it. */
  readonly authors: readonly ActorRef[]
  /** What is merged to make it live, where it came as one. */
  readonly pullRequest: PullRequestHead | null
}

/** What a session is bound to: this base, these bytes, this result. */
export const candidateDigest = (of: Pick<Candidate, 'baseCommit' | 'tree' | 'patch'>): string =>
  digestOf({ base_commit: of.baseCommit, tree: of.tree, patch: digestOfText(of.patch) })

/** A patch over this is refused (bytes). */
export const PATCH_LIMIT = 1_000_000
