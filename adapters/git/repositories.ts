import type { Repositories } from '../../src/candidate/repositories.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import {
  changeFrom,
  changeOfPatch,
  checkedText,
  diffOf,
  ensureTree,
  rebased,
  revertsCleanly,
  treeOfMerge,
} from './change.ts'
import { churnOf } from './churn.ts'
import { gitText } from './git.ts'
import type { Mirrors } from './mirror.ts'
import { listPaths, mixTrees, readTexts } from './trees.ts'

/** Not among branches and tags: fetched when it is asked for. */
const PULL = /^refs\/(?<forge>pull|merge-requests)\/(?<number>\d+)\/head$/
const REF = /^(?!-)[\w][\w./-]{0,200}$/

export const repositoriesOn = (mirrors: Mirrors): Repositories => ({
  head: (target) => mirrors.head(target),
  async fromPatch(target, baseCommit, patch) {
    checkedText(patch)
    return changeOfPatch(mirrors.pathOf(target), baseCommit, patch)
  },
  async fromRef(target, baseCommit, ref) {
    const mirror = mirrors.pathOf(target)
    const unknownRef = new Refusal(
      'not_found',
      'ref_not_found',
      `${target.name} has no branch, tag or commit ${JSON.stringify(ref.slice(0, 80))}.`,
      'Push it first, or send a patch.',
    )
    if (!REF.test(ref) || ref.includes('..')) throw unknownRef
    const pull = PULL.exec(ref)?.groups
    if (pull)
      await mirrors.fetch(target, ref).catch(() => {
        throw unknownRef
      })
    const commit = await gitText(mirror, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${ref}^{commit}`,
    ]).catch(() => {
      throw unknownRef
    })
    const fork = await gitText(mirror, ['merge-base', baseCommit, commit]).catch(() => {
      throw new Refusal(
        'invalid',
        'ref_unrelated',
        `${ref} has no history in common with ${target.branch}.`,
        `Branch from ${target.branch}.`,
      )
    })
    const patch = await diffOf(mirror, fork, commit)
    if (patch.trim() === '')
      throw new Refusal(
        'invalid',
        'ref_empty',
        `${ref} has nothing that ${target.branch} lacks.`,
        'Commit the change on a branch of its own, push it, and name that branch.',
      )
    const doesNotFit = (why: string) =>
      new Refusal(
        'invalid',
        'ref_does_not_apply',
        `${ref} does not fit on ${target.branch}: ${why}`,
        `If ${target.branch} has its change already, there is nothing to propose; otherwise merge or rebase ${ref} on ${target.branch}.`,
      )
    if (pull?.forge === 'pull') {
      // As it will be merged, which may be otherwise than a patch applies.
      const tree = await treeOfMerge(mirror, baseCommit, commit)
      if (tree === undefined) throw doesNotFit('they conflict.')
      const change = await changeFrom(mirror, baseCommit, tree)
      return { ...change, pullRequest: { number: Number(pull.number), head: commit } }
    }
    return changeOfPatch(mirror, baseCommit, patch).catch((error: unknown) => {
      if (!(error instanceof Refusal && error.code === 'patch_does_not_apply')) throw error
      throw doesNotFit(error.message)
    })
  },
  rebase: (target, change, onto) => rebased(mirrors.pathOf(target), change, onto),
  ensure: (target, change) => ensureTree(mirrors.pathOf(target), change, () => mirrors.fetch(target)),
  churn: (target, commit) => churnOf(mirrors.pathOf(target), commit),
  treeOf: (target, commit) => gitText(mirrors.pathOf(target), ['rev-parse', '--verify', `${commit}^{tree}`]),
  withFilesOf: (target, base, other, matches) => mixTrees(mirrors.pathOf(target), base, other, matches),
  texts: (target, tree, paths) => readTexts(mirrors.pathOf(target), tree, paths),
  async paths(target, tree, matches) {
    return (await listPaths(mirrors.pathOf(target), tree)).filter(matches)
  },
  reverts: (target, change) => revertsCleanly(mirrors.pathOf(target), change),
})
