// Merging, deploying and taking back. Only the executor is given one of these.
import type { Target } from '../../src/config/config.ts'
import type { Delivery } from '../../src/execution/delivery.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Signer } from '../../src/keys/key.ts'
import { ensureTree } from './change.ts'
import { carryOut } from './deploy-command.ts'
import { GitError, git } from './git.ts'
import { landed, mergeTrailer, moved, pushRefused, revertTrailer, TAKEN_BACK } from './landed.ts'
import { recordsOf } from './merge-records.ts'
import type { Mirrors } from './mirror.ts'
import { signedCommit } from './signed-commit.ts'
import { takeBack } from './take-back.ts'

/** `signer`: whose signature the commits have. */
export function deliveryOn(mirrors: Mirrors, signer: Signer): Delivery {
  /** All of it or nothing. */
  async function push(
    target: Target,
    commit: string,
    onto: string,
    records: readonly string[] = [],
  ): Promise<boolean> {
    const branch = `refs/heads/${target.branch}`
    try {
      await git(mirrors.pathOf(target), [
        'push',
        '--quiet',
        '--no-verify',
        ...(records.length > 0 ? ['--atomic'] : []),
        `--force-with-lease=${branch}:${onto}`,
        '--',
        mirrors.sourceOf(target),
        `${commit}:${branch}`,
        ...records,
      ])
      return true
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      if ((await mirrors.head(target)) !== onto) return false
      throw pushRefused(
        target,
        error,
        'Check that Grace may push to the branch, to refs/attestations/* and, with checkpoint_tags, to refs/tags/grace/*.',
      )
    }
  }

  return {
    async merge(target, { execution, baseCommit, tree, patch, message, records }) {
      const mirror = mirrors.pathOf(target)
      for (;;) {
        const head = await mirrors.head(target)
        const earlier = await landed(mirrors, target, mergeTrailer(execution))
        if (earlier)
          return (await landed(mirrors, target, revertTrailer(execution))) ? TAKEN_BACK : { commit: earlier }
        if (head !== baseCommit) return moved(target)
        await ensureTree(mirror, { baseCommit, tree, patch }, () => mirrors.fetch(target))
        const commit = await signedCommit(mirror, { tree, parents: [baseCommit], message }, signer)
        const beside = await recordsOf(mirror, mirrors.sourceOf(target), commit, records, signer)
        // Refused, or landed and the answer was lost: the branch says which.
        if (await push(target, commit, baseCommit, beside)) return { commit }
      }
    },

    /** What it pushes it pushes at once. */
    abandon: async () => {},

    async merged(target, execution) {
      await mirrors.head(target)
      return landed(mirrors, target, mergeTrailer(execution))
    },

    revert: (target, execution, revision) =>
      takeBack(mirrors, target, execution, revision, async (head, tree, message) => {
        const commit = await signedCommit(mirrors.pathOf(target), { tree, parents: [head], message }, signer)
        return (await push(target, commit, head)) ? commit : undefined
      }),

    deploy: (target, of) => carryOut(target, target.deploy!.command!, 'deploy', of),
    async rollBack(target, of) {
      const command = target.deploy?.rollback
      if (!command)
        throw new Refusal(
          'unavailable',
          'no_rollback',
          `${target.name} has no rollback command.`,
          'Roll back by hand; add deploy.rollback to grace.yaml.',
        )
      return carryOut(target, command, 'rollback', of)
    },
    async liveRevision(target) {
      const command = target.deploy?.status
      if (!command) return undefined
      const output = await carryOut(target, command, 'status', { execution: '', revision: '', previous: '' })
      return output.trim().split('\n').at(-1)?.trim()
    },
  }
}
