// Merging, deploying and taking back on GitHub: a change goes to the branch as a pull request, whoever brought it.
import type { PullRequestHead } from '../../src/candidate/candidate.ts'
import type { Target } from '../../src/config/config.ts'
import type { Delivery, Merged, MergeRequest } from '../../src/execution/delivery.ts'
import type { Signer } from '../../src/keys/key.ts'
import { ensureTree, treeWithout } from '../git/change.ts'
import { deliveryOn } from '../git/delivery.ts'
import { type Credential, GitError, git, gitText } from '../git/git.ts'
import {
  landed,
  mergeTrailer,
  moved,
  pushRefused,
  REVERT_ATTEMPTS,
  revertConflict,
  revertMessage,
  revertTrailer,
  TAKEN_BACK,
} from '../git/landed.ts'
import { recordsOf } from '../git/merge-records.ts'
import type { Mirrors } from '../git/mirror.ts'
import { signedCommit } from '../git/signed-commit.ts'
import { asked, type GitHub, openGitHub } from './client.ts'
import { deployThrough, liveOf } from './deployments.ts'
import { type Approved, asApproved, mergePullRequest, treeOfMerge } from './merge.ts'
import { showCheck } from './show-check.ts'

/** `byCommand`: a target's own commands, and what says what is live. */
function deliveryOnGitHub(mirrors: Mirrors, signer: Signer, byCommand: Delivery): Delivery {
  const branchRef = (name: string) => `refs/heads/grace/${name}`

  async function credentialFor(github: GitHub, target: Target) {
    return mirrors.credentialOf(target, await github.token())
  }

  /** A branch of Grace's own with one signed commit on the base, and a pull request for it; found again after a crash. */
  async function ownPullRequest(
    github: GitHub,
    target: Target,
    name: string,
    { baseCommit, tree, message }: Approved,
  ): Promise<PullRequestHead> {
    const { rest, owner, repo } = github
    const mirror = mirrors.pathOf(target)
    const credential = await credentialFor(github, target)
    const source = mirrors.sourceOf(target)
    const there = await gitText(mirror, ['ls-remote', '--', source, branchRef(name)], { credential })
    let head = there.split('\t')[0] ?? ''
    if (head) await mirrors.fetch(target)
    else {
      head = await signedCommit(mirror, { tree, parents: [baseCommit], message }, signer)
      const refspec = `${head}:${branchRef(name)}`
      const lease = `--force-with-lease=${branchRef(name)}:`
      await pushed(target, mirror, [lease, '--', source, refspec], credential)
    }
    const of = `${owner}:grace/${name}`
    const { data } = await rest.pulls.list({ owner, repo, head: of, state: 'open' })
    if (data[0]) return { number: data[0].number, head }
    const [title = '', ...paragraphs] = message.split('\n')
    const { data: made } = await rest.pulls.create({
      owner,
      repo,
      head: `grace/${name}`,
      base: target.branch,
      title,
      body: paragraphs.join('\n').trim(),
    })
    return { number: made.number, head }
  }

  /** With its branch a pull request that was not merged is closed. */
  const forget = ({ rest, owner, repo }: GitHub, name: string) =>
    rest.git.deleteRef({ owner, repo, ref: `heads/grace/${name}` }).catch(() => {})

  async function merge(github: GitHub, target: Target, request: MergeRequest): Promise<Merged> {
    const { execution, baseCommit, tree, patch, message, pullRequest } = request
    const mirror = mirrors.pathOf(target)
    const approved = { baseCommit, tree, message, trailer: mergeTrailer(execution) }
    const head = await mirrors.head(target)
    const earlier = await landed(mirrors, target, mergeTrailer(execution))
    if (earlier)
      return (await landed(mirrors, target, revertTrailer(execution)))
        ? TAKEN_BACK
        : asApproved(mirrors, target, earlier, approved)
    if (head !== baseCommit) return moved(target)
    await ensureTree(mirror, { baseCommit, tree, patch }, () => mirrors.fetch(target))
    if (pullRequest) {
      await mirrors.fetch(target, `refs/pull/${pullRequest.number}/head`)
      const there = await gitText(mirror, ['rev-parse', `refs/pull/${pullRequest.number}/head`])
      if (there !== pullRequest.head)
        return { not: `#${pullRequest.number} has another head (${there.slice(0, 12)}) than was approved` }
    }
    const pull = pullRequest ?? (await ownPullRequest(github, target, execution, approved))
    if ((await treeOfMerge(mirror, baseCommit, pull.head)) !== tree)
      return { not: `merging #${pull.number} would give other bytes than were approved` }
    await showCheck(github, pull.head, { ...APPROVED, summary: message, url: '' })
    return mergePullRequest(mirrors, github, target, pull, approved)
  }

  /** Statements and checkpoint, once. */
  async function keepRecords(
    github: GitHub,
    target: Target,
    commit: string,
    records: MergeRequest['records'],
  ): Promise<void> {
    const mirror = mirrors.pathOf(target)
    const source = mirrors.sourceOf(target)
    const credential = await credentialFor(github, target)
    if (await gitText(mirror, ['ls-remote', '--', source, `refs/attestations/${commit}`], { credential }))
      return
    const beside = await recordsOf(mirror, source, commit, records, signer, credential)
    await pushed(target, mirror, ['--atomic', '--', source, ...beside], credential)
  }

  return {
    merge: (target, request) =>
      asked(target, 'merge', async () => {
        const github = await openGitHub(target)
        const merged = await merge(github, target, request)
        if ('commit' in merged && merged.fault === undefined)
          await keepRecords(github, target, merged.commit, request.records)
        if (!request.pullRequest) await forget(github, request.execution)
        return merged
      }),

    merged: byCommand.merged,

    revert: (target, execution, revision) =>
      asked(target, 'take back', async () => {
        const github = await openGitHub(target)
        const mirror = mirrors.pathOf(target)
        const message = revertMessage(execution, revision)
        for (let attempt = 0; attempt < REVERT_ATTEMPTS; attempt++) {
          const head = await mirrors.head(target)
          const earlier = await landed(mirrors, target, revertTrailer(execution))
          if (earlier) return earlier
          const tree = await treeWithout(mirror, head, revision)
          if (!tree) throw revertConflict(`what came to ${target.branch} after it conflicts with its revert.`)
          if (tree === (await gitText(mirror, ['rev-parse', `${head}^{tree}`]))) return head
          // Of another base it is another branch.
          const name = `revert-${execution}-${head.slice(0, 12)}`
          const approved = { baseCommit: head, tree, message, trailer: revertTrailer(execution) }
          const pull = await ownPullRequest(github, target, name, approved)
          await showCheck(github, pull.head, {
            ...APPROVED,
            title: 'Takes a live change back',
            summary: message,
            url: '',
          })
          const merged = await mergePullRequest(mirrors, github, target, pull, approved)
          await forget(github, name)
          if ('commit' in merged) return merged.commit
          if ((await mirrors.head(target)) === head) throw revertConflict(`${merged.not}.`)
        }
        throw revertConflict(`${target.branch} moves on faster than it can be reverted.`)
      }),

    deploy(target, of) {
      const command = target.deploy?.command && (() => byCommand.deploy(target, of))
      if (!target.github?.environment) return byCommand.deploy(target, of)
      return asked(target, 'deploy', async () =>
        deployThrough(
          await openGitHub(target),
          target,
          { execution: of.execution, step: 'deploy', ref: of.revision },
          command || undefined,
        ),
      )
    },

    rollBack(target, of) {
      if (!target.github?.environment) return byCommand.rollBack(target, of)
      const command = target.deploy?.command && (() => byCommand.rollBack(target, of))
      return asked(target, 'roll back', async () =>
        deployThrough(
          await openGitHub(target),
          target,
          { execution: of.execution, step: 'rollback', ref: of.previous },
          command || undefined,
        ),
      )
    },

    async liveRevision(target) {
      if (target.deploy?.status || !target.github?.environment) return byCommand.liveRevision(target)
      return asked(target, 'list deployments', async () => liveOf(await openGitHub(target), target))
    },
  }
}

async function pushed(
  target: Target,
  mirror: string,
  args: readonly string[],
  credential: Credential | undefined,
): Promise<void> {
  try {
    await git(mirror, ['push', '--quiet', '--no-verify', ...args], { credential })
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw pushRefused(
      target,
      error,
      'Check that Grace may push to refs/heads/grace/*, refs/attestations/* and, with checkpoint_tags, to refs/tags/grace/*.',
    )
  }
}

const APPROVED = { state: 'success', title: 'Approved by the parliament' } as const

/** Where the target has `github` through its pull requests, otherwise by git alone. */
export function deliveries(mirrors: Mirrors, signer: Signer): Delivery {
  const byGit = deliveryOn(mirrors, signer)
  const onGitHub = deliveryOnGitHub(mirrors, signer, byGit)
  const of = (target: Target) => (target.github ? onGitHub : byGit)
  return {
    merge: (target, request) => of(target).merge(target, request),
    merged: (target, execution) => of(target).merged(target, execution),
    revert: (target, ...rest) => of(target).revert(target, ...rest),
    deploy: (target, step) => of(target).deploy(target, step),
    rollBack: (target, step) => of(target).rollBack(target, step),
    liveRevision: (target) => of(target).liveRevision(target),
  }
}
