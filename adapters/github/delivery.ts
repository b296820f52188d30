// Merging, deploying and taking back on GitHub: a change goes to the branch as a pull request, whoever brought it.
import type { Target } from '../../src/config/config.ts'
import type { Delivery, Merged, MergeRequest } from '../../src/execution/delivery.ts'
import { Refusal, unlessRefused } from '../../src/kernel/refusal.ts'
import { fenced } from '../../src/kernel/text.ts'
import type { Signer } from '../../src/keys/key.ts'
import { ensureTree } from '../git/change.ts'
import { deliveryOn } from '../git/delivery.ts'
import { gitText } from '../git/git.ts'
import { landed, mergeTrailer, moved, revertConflict, revertTrailer, TAKEN_BACK } from '../git/landed.ts'
import { recordsOf } from '../git/merge-records.ts'
import type { Mirrors } from '../git/mirror.ts'
import { takeBack } from '../git/take-back.ts'
import { asked, type GitHub, openGitHub } from './client.ts'
import { type Deployed, deployedElsewhere, liveOf, type Step, tellDeployment } from './deployments.ts'
import { asApproved, mergedAlready, mergePullRequest } from './merge.ts'
import { closeOwn, forgetBranch, openOwn, ownPull, pushed } from './own-pull-request.ts'
import { showCheck } from './show-check.ts'

/** `byCommand`: a target's own commands, and what says what is live. */
function deliveryOnGitHub(mirrors: Mirrors, signer: Signer, byCommand: Delivery): Delivery {
  async function merge(github: GitHub, target: Target, request: MergeRequest): Promise<Merged> {
    const { execution, baseCommit, tree, patch, message, pullRequest, records } = request
    const approved = { baseCommit, tree, message }
    const head = await mirrors.head(target)
    const earlier = await landed(mirrors, target, mergeTrailer(execution))
    if (earlier)
      return (await landed(mirrors, target, revertTrailer(execution)))
        ? TAKEN_BACK
        : asApproved(mirrors, target, earlier, approved)
    if (head !== baseCommit) {
      const number = pullRequest?.number ?? (await ownPull(github, execution, 'all'))?.number
      if (number === undefined) return moved(target)
      const { rest, owner, repo } = github
      const { data: pull } = await rest.pulls.get({ owner, repo, pull_number: number })
      return (await mergedAlready(mirrors, target, pull, approved)) ?? moved(target)
    }
    await ensureTree(mirrors.pathOf(target), { baseCommit, tree, patch }, () => mirrors.fetch(target))
    if (pullRequest) await mirrors.fetch(target, `refs/pull/${pullRequest.number}/head`)
    const pull = pullRequest ?? (await openOwn(mirrors, signer, github, target, execution, approved))
    return mergePullRequest(mirrors, github, target, pull, approved, async () => {
      // Before it is merged: where they may not be pushed, nothing is.
      await keepRecords(github, target, pull.head, records)
      await showCheck(github, pull.head, approvedAs('Approved by the parliament', message))
    })
  }

  /** Statements and checkpoint beside that commit, once. */
  async function keepRecords(
    github: GitHub,
    target: Target,
    commit: string,
    records: MergeRequest['records'],
  ): Promise<void> {
    const mirror = mirrors.pathOf(target)
    const source = mirrors.sourceOf(target)
    const credential = mirrors.credentialOf(target, await github.token())
    if (await gitText(mirror, ['ls-remote', '--', source, `refs/attestations/${commit}`], { credential }))
      return
    const beside = await recordsOf(mirror, source, commit, records, signer, credential)
    await pushed(target, mirror, ['--atomic', '--', source, ...beside], credential)
  }

  /** By a command first, whether GitHub answers or not. */
  async function deploy(target: Target, of: Deployed, command: (() => Promise<string>) | undefined) {
    if (!command)
      return asked(target, of.step === 'deploy' ? 'deploy' : 'roll back', async () =>
        deployedElsewhere(await openGitHub(target), target, of),
      )
    const told = (state: 'success' | 'failure') =>
      unlessRefused(
        asked(target, 'take a deployment', async () =>
          tellDeployment(await openGitHub(target), target, of, state),
        ),
      )
    try {
      const output = await command()
      await told('success')
      return output
    } catch (error) {
      if (error instanceof Refusal) await told('failure')
      throw error
    }
  }

  const carried = (
    target: Target,
    step: Step,
    of: Parameters<Delivery['deploy']>[1],
    ref: string,
    byOwn: Delivery['deploy'],
  ): Promise<string> => {
    const command = () => byOwn(target, of)
    return target.github?.environment
      ? deploy(target, { execution: of.execution, step, ref }, target.deploy?.command ? command : undefined)
      : command()
  }

  return {
    merge: (target, request) =>
      asked(target, 'merge', async () => {
        const github = await openGitHub(target)
        const merged = await merge(github, target, request)
        if ('commit' in merged && merged.fault === undefined)
          await keepRecords(github, target, merged.commit, request.records)
        if (!request.pullRequest && 'commit' in merged) await forgetBranch(github, request.execution)
        return merged
      }),

    abandon: (target, execution) =>
      asked(target, 'close a pull request', async () => closeOwn(await openGitHub(target), execution)),

    merged: byCommand.merged,

    revert: (target, execution, revision) =>
      asked(target, 'take back', async () => {
        const github = await openGitHub(target)
        return takeBack(mirrors, target, execution, revision, async (head, tree, message) => {
          // Of another base it is another branch.
          const name = `revert-${execution}-${head.slice(0, 12)}`
          const approved = { baseCommit: head, tree, message }
          const pull = await openOwn(mirrors, signer, github, target, name, approved)
          const merged = await mergePullRequest(mirrors, github, target, pull, approved, () =>
            showCheck(github, pull.head, approvedAs('Takes a live change back', message)),
          )
          if ('commit' in merged) {
            await forgetBranch(github, name)
            return merged.commit
          }
          await closeOwn(github, name)
          if ((await mirrors.head(target)) === head) throw revertConflict(merged.not)
          return undefined
        })
      }),

    deploy: (target, of) => carried(target, 'deploy', of, of.revision, byCommand.deploy),
    rollBack: (target, of) => carried(target, 'rollback', of, of.previous, byCommand.rollBack),

    async liveRevision(target) {
      if (target.deploy?.status || !target.github?.environment || target.deploy?.command)
        return byCommand.liveRevision(target)
      return asked(target, 'list deployments', async () => liveOf(await openGitHub(target), target))
    },
  }
}

const approvedAs = (title: string, message: string) =>
  ({ state: 'success', title, summary: fenced(message.split('\n')), url: '' }) as const

/** Where the target has `github` through its pull requests, otherwise by git alone. */
export function deliveries(mirrors: Mirrors, signer: Signer): Delivery {
  const byGit = deliveryOn(mirrors, signer)
  const onGitHub = deliveryOnGitHub(mirrors, signer, byGit)
  const of = (target: Target) => (target.github ? onGitHub : byGit)
  return {
    merge: (target, request) => of(target).merge(target, request),
    abandon: (target, execution) => of(target).abandon(target, execution),
    merged: (target, execution) => of(target).merged(target, execution),
    revert: (target, ...rest) => of(target).revert(target, ...rest),
    deploy: (target, step) => of(target).deploy(target, step),
    rollBack: (target, step) => of(target).rollBack(target, step),
    liveRevision: (target) => of(target).liveRevision(target),
  }
}
