// What Grace needs of git: changes as plain values, made and checked in its own bare mirror.
import type { Target } from '../config/config.ts'
import type { PullRequestHead } from './candidate.ts'

export interface Change {
  readonly baseCommit: string
  /** Git tree of the result. */
  readonly tree: string
  readonly patch: string
  readonly patchId: string
  /** Of a ref `refs/pull/N/head`. */
  readonly pullRequest?: PullRequestHead | null | undefined
}

export interface Repositories {
  /** Newest commit of the target's branch, freshly fetched. Refuses where there is no such repository or branch. */
  head(target: Target): Promise<string>
  /** Applies a patch to a commit. Refuses one that is empty, too large, does not apply or reaches outside. */
  fromPatch(target: Target, baseCommit: string, patch: string): Promise<Change>
  /** What a branch, tag or commit of the target's repository adds to its merge base with `baseCommit`, put on that commit. */
  fromRef(target: Target, baseCommit: string, ref: string): Promise<Change>
  /** The same change on another commit; undefined where it conflicts, `there` where that commit has it already. */
  rebase(target: Target, change: Change, onto: string): Promise<Change | 'there' | undefined>
  /** Makes the change's tree again where this machine's mirror lacks it: another machine made it, or it was lost. */
  ensure(target: Target, change: Pick<Change, 'baseCommit' | 'tree' | 'patch'>): Promise<void>
  /** Path → commits of the 90 days before that one which changed it, merges left out. */
  churn(target: Target, commit: string): Promise<Record<string, number>>
  treeOf(target: Target, commit: string): Promise<string>
  /** `base` with those files of `other` that match in the place of its own. */
  withFilesOf(
    target: Target,
    base: string,
    other: string,
    matches: (path: string) => boolean,
  ): Promise<string>
  /** Text files of a tree, up to 1 MB each; what is no text, or not there, is left out. */
  texts(target: Target, tree: string, paths: readonly string[]): Promise<Map<string, string>>
  /** Paths of a tree that match. */
  paths(target: Target, tree: string, matches: (path: string) => boolean): Promise<string[]>
  /** Whether taking the patch back from the result gives the base tree. */
  reverts(target: Target, change: Change): Promise<boolean>
}
