// A pull request merged as it was approved: by its head, on the base, to the tree. GitHub guards the head; the rest is looked
// at before and again afterwards.
import { setTimeout as sleep } from 'node:timers/promises'
import type { PullRequestHead } from '../../src/candidate/candidate.ts'
import type { Target } from '../../src/config/config.ts'
import type { Merged } from '../../src/execution/delivery.ts'
import { GitError, gitText } from '../git/git.ts'
import { landed, moved } from '../git/landed.ts'
import type { Mirrors } from '../git/mirror.ts'
import { type GitHub, statusOf, wordsOf } from './client.ts'

export interface Approved {
  readonly baseCommit: string
  readonly tree: string
  /** Its last paragraph has the trailer. */
  readonly message: string
  /** By which its commit is found on the branch. */
  readonly trailer: string
}

const LOOK_AGAIN_MS = 3_000
/** GitHub's own checks and rules get so long; then the merge is given up. */
const DEFAULT_PATIENCE_MS = 600_000

/** Called where the branch stands at the base. */
export async function mergePullRequest(
  mirrors: Mirrors,
  github: GitHub,
  target: Target,
  pull: PullRequestHead,
  approved: Approved,
): Promise<Merged> {
  const { owner, repo, rest } = github
  const [title = '', ...paragraphs] = approved.message.split('\n')
  const until = Date.now() + (target.deploy?.timeout ?? DEFAULT_PATIENCE_MS)
  for (;;) {
    try {
      const { data } = await rest.pulls.merge({
        owner,
        repo,
        pull_number: pull.number,
        sha: pull.head,
        merge_method: target.github!.merge,
        commit_title: `${title} (#${pull.number})`,
        commit_message: paragraphs.join('\n').trim(),
      })
      await mirrors.head(target)
      return asApproved(mirrors, target, data.sha, approved)
    } catch (error) {
      const status = statusOf(error)
      if (status === 409)
        return {
          not: `#${pull.number} has another head than the ${pull.head.slice(0, 12)} that was approved`,
        }
      // Checks that still run, reviews that are missing, a state that GitHub is still working out.
      if (status !== 405 && status !== 422) throw error
      if (Date.now() > until) return { not: `GitHub does not merge #${pull.number}: ${wordsOf(error)}` }
    }
    await sleep(LOOK_AGAIN_MS)
    const head = await mirrors.head(target)
    // It was merged, and the answer was lost.
    const there = await landed(mirrors, target, approved.trailer)
    if (there !== undefined) return asApproved(mirrors, target, there, approved)
    if (head !== approved.baseCommit) return moved(target)
  }
}

/** What is on the branch by now, against what was approved. */
export async function asApproved(
  mirrors: Mirrors,
  target: Target,
  commit: string,
  { baseCommit, tree }: Pick<Approved, 'baseCommit' | 'tree'>,
): Promise<Merged> {
  const mirror = mirrors.pathOf(target)
  const parent = await gitText(mirror, ['rev-parse', `${commit}^1`])
  if (parent !== baseCommit)
    return {
      commit,
      fault: `GitHub merged it onto ${parent.slice(0, 12)}, and it was approved on ${baseCommit.slice(0, 12)}`,
    }
  return (await gitText(mirror, ['rev-parse', `${commit}^{tree}`])) === tree
    ? { commit }
    : { commit, fault: 'GitHub merged other bytes than were approved' }
}

/** The tree that merging the head into the base gives; undefined where they conflict. */
export async function treeOfMerge(mirror: string, base: string, head: string): Promise<string | undefined> {
  try {
    const [tree] = (await gitText(mirror, ['merge-tree', '--write-tree', base, head])).split('\n')
    return tree
  } catch (error) {
    if (error instanceof GitError && error.exit === 1) return undefined
    throw error
  }
}
