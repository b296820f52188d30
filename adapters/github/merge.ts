// A pull request merged as it was approved: by its head, on the base, to the tree. GitHub guards the head; the rest is looked
// at before and again afterwards. Nothing waits here: what is not ready yet is tried again.
import type { PullRequestHead } from '../../src/candidate/candidate.ts'
import type { Target } from '../../src/config/config.ts'
import type { Merged } from '../../src/execution/delivery.ts'
import { Later } from '../../src/kernel/later.ts'
import { treeOfMerge } from '../git/change.ts'
import { gitText } from '../git/git.ts'
import type { Mirrors } from '../git/mirror.ts'
import { type GitHub, statusOf, wordsOf } from './client.ts'
import { harmless } from './markdown.ts'

type Pull = Awaited<ReturnType<GitHub['rest']['pulls']['get']>>['data']

export interface Approved {
  readonly baseCommit: string
  readonly tree: string
  readonly message: string
}

const LOOK_AGAIN_MS = 15_000

const nothing = (why: string): Merged => ({ not: `${why}; nothing was changed.` })

/** Called where the branch stands at the base. `ready` is done before it is merged, and after everything was looked at. */
export async function mergePullRequest(
  mirrors: Mirrors,
  github: GitHub,
  target: Target,
  { number, head }: PullRequestHead,
  approved: Approved,
  ready: () => Promise<void>,
): Promise<Merged> {
  const { owner, repo, rest } = github
  const mirror = mirrors.pathOf(target)
  const { data: pull } = await rest.pulls.get({ owner, repo, pull_number: number })
  const already = await mergedAlready(mirrors, target, pull, approved)
  if (already) return already
  if (pull.state !== 'open') return nothing(`#${number} was closed`)
  if (pull.draft) return nothing(`#${number} is a draft`)
  if (pull.base.ref !== target.branch) return nothing(`#${number} leads to ${pull.base.ref} by now`)
  if (pull.head.sha !== head) return otherHead(number, head)
  if ((await treeOfMerge(mirror, approved.baseCommit, head)) !== approved.tree)
    return nothing(`merging #${number} would give other bytes than were approved`)
  await ready()
  const [title = '', ...paragraphs] = harmless(approved.message).split('\n')
  try {
    const { data } = await rest.pulls.merge({
      owner,
      repo,
      pull_number: number,
      sha: head,
      merge_method: target.github!.merge,
      commit_title: `${title} (#${number})`,
      commit_message: paragraphs.join('\n').trim(),
    })
    await mirrors.head(target)
    return asApproved(mirrors, target, data.sha, approved)
  } catch (error) {
    const status = statusOf(error)
    if (status !== 405 && status !== 409 && status !== 422) throw error
    // Merged by somebody else in this moment, or by us and the answer was lost.
    const { data: now } = await rest.pulls.get({ owner, repo, pull_number: number })
    const there = await mergedAlready(mirrors, target, now, approved)
    if (there) return there
    if (status === 409) return otherHead(number, head)
    // Checks that still run, reviews that are missing, a state that GitHub is still working out.
    throw new Later(`GitHub does not merge #${number} yet: ${wordsOf(error)}`, LOOK_AGAIN_MS)
  }
}

const otherHead = (number: number, head: string): Merged =>
  nothing(`#${number} has another head than the ${head.slice(0, 12)} that was approved`)

/** Undefined where it is not merged. Somebody else's merge counts where it is the very one that was approved. */
export async function mergedAlready(
  mirrors: Mirrors,
  target: Target,
  pull: Pick<Pull, 'number' | 'merged' | 'base' | 'merge_commit_sha'>,
  approved: Pick<Approved, 'baseCommit' | 'tree'>,
): Promise<Merged | undefined> {
  if (!pull.merged) return undefined
  const by = `#${pull.number} was merged by somebody else`
  if (pull.base.ref !== target.branch || !pull.merge_commit_sha)
    return { not: `${by}, to ${pull.base.ref}. Grace has nothing to do with it.` }
  await mirrors.head(target)
  const merged = await asApproved(mirrors, target, pull.merge_commit_sha, approved)
  return 'commit' in merged && merged.fault
    ? { not: `${by}, and not as it was approved: it is on ${target.branch}, unwatched.` }
    : merged
}

/** What is on the branch by now, against what was approved. */
export async function asApproved(
  mirrors: Mirrors,
  target: Target,
  commit: string,
  { baseCommit, tree }: Pick<Approved, 'baseCommit' | 'tree'>,
): Promise<Merged> {
  const mirror = mirrors.pathOf(target)
  const onto = await gitText(mirror, ['rev-parse', `${commit}^1`])
  const fault = (why: string): Merged => ({ commit, fault: { why, onto } })
  if (onto !== baseCommit)
    return fault(
      `GitHub merged it onto ${onto.slice(0, 12)}, and it was approved on ${baseCommit.slice(0, 12)}`,
    )
  return (await gitText(mirror, ['rev-parse', `${commit}^{tree}`])) === tree
    ? { commit }
    : fault('GitHub merged other bytes than were approved')
}
