// From a patch to a checked change: applied to an index of its own, looked at entry by entry, written as a tree.
import { posix } from 'node:path'
import { PATCH_LIMIT } from '../../src/candidate/candidate.ts'
import type { Change } from '../../src/candidate/repositories.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { GitError, git, gitText } from './git.ts'
import { withIndex } from './mirror.ts'

const refuse = (code: string, message: string, next = 'Mend the patch and send it again.'): Refusal =>
  new Refusal('invalid', code, message, next)

const DIFF = [
  'diff-tree',
  '-p',
  '-r',
  '--full-index',
  '--binary',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=all',
]

export const diffOf = async (mirror: string, from: string, to: string): Promise<string> =>
  (await git(mirror, [...DIFF, from, to])).toString('utf8')

export function checkedText(patch: string): string {
  if (Buffer.byteLength(patch) > PATCH_LIMIT)
    throw new Refusal(
      'too_large',
      'patch_too_large',
      `The patch has ${Buffer.byteLength(patch)} bytes; at most ${PATCH_LIMIT} are taken.`,
      'Propose a smaller change.',
    )
  if (patch.trim() === '') throw refuse('patch_empty', 'The patch is empty.')
  return patch.endsWith('\n') ? patch : `${patch}\n`
}

/** `threeWay` merges with what the base's blobs say where the context moved. Undefined: it conflicts. */
async function applied(mirror: string, base: string, patch: string, threeWay: boolean): Promise<string> {
  return withIndex(mirror, async (index) => {
    await git(mirror, ['read-tree', base], { index })
    await git(mirror, ['apply', '--cached', '--whitespace=nowarn', ...(threeWay ? ['--3way'] : []), '-'], {
      index,
      input: patch,
    })
    return gitText(mirror, ['write-tree'], { index })
  })
}

/** Refuses what has no place in a candidate: submodules, links that lead outside, names that hide something. */
async function inspect(mirror: string, base: string, tree: string): Promise<void> {
  const raw = (await git(mirror, ['diff-tree', '-r', '-z', '--raw', '--no-renames', base, tree])).toString(
    'utf8',
  )
  const fields = raw.split('\0')
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode = '', , blob = ''] = fields[i]!.split(' ')
    const path = fields[i + 1]!
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    if (/[\u0000-\u001f"\\\u007f]/.test(path))
      throw refuse(
        'path_refused',
        `The path ${JSON.stringify(path)} has characters that no path here may have.`,
      )
    if (mode === '160000')
      throw refuse('submodule_refused', `${path} is a submodule; submodules are not supported.`)
    if (mode !== '120000') continue
    const link = (await git(mirror, ['cat-file', 'blob', blob])).toString('utf8')
    const target = posix.normalize(posix.join(posix.dirname(path), link))
    // Behind a name that is a link itself, ".." is another directory than the text says.
    const parts = link.split('/').filter((part) => part !== '' && part !== '.')
    const down = parts.findIndex((part) => part !== '..')
    const turnsBack = down !== -1 && parts.includes('..', down)
    if (posix.isAbsolute(link) || turnsBack || target === '..' || target.startsWith('../'))
      throw refuse('link_refused', `The link ${path} leads outside of the tree.`)
  }
}

/** `tree` on that commit, looked at. */
export async function changeFrom(mirror: string, baseCommit: string, tree: string): Promise<Change> {
  const baseTree = await gitText(mirror, ['rev-parse', `${baseCommit}^{tree}`])
  if (tree === baseTree) throw refuse('patch_empty', 'The patch changes nothing on the base.')
  await inspect(mirror, baseTree, tree)
  const patch = await diffOf(mirror, baseTree, tree)
  if (Buffer.byteLength(patch) > PATCH_LIMIT) checkedText(patch)
  const [patchId = ''] = (await gitText(mirror, ['patch-id', '--stable'], { input: patch })).split(' ')
  return { baseCommit, tree, patch, patchId }
}

export async function changeOfPatch(mirror: string, baseCommit: string, patch: string): Promise<Change> {
  const text = checkedText(patch)
  const tree = await applied(mirror, baseCommit, text, false).catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error
    throw refuse(
      'patch_does_not_apply',
      `The patch does not apply to ${baseCommit.slice(0, 12)}: ${oneLine(error.stderr, 300)}`,
      `Make it against ${baseCommit} (git diff), or send a ref.`,
    )
  })
  return changeFrom(mirror, baseCommit, tree)
}

/** Undefined where it conflicts; `there` where the new base has it already. */
export async function rebased(
  mirror: string,
  change: Change,
  onto: string,
): Promise<Change | 'there' | undefined> {
  try {
    return await changeFrom(mirror, onto, await applied(mirror, onto, change.patch, true))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'patch_empty') return 'there'
    if (error instanceof GitError || error instanceof Refusal) return undefined
    throw error
  }
}

/** A mirror can be made anew from its origin; what is only ours in it is made again from the patch. */
export async function ensureTree(
  mirror: string,
  { baseCommit, tree, patch }: Pick<Change, 'baseCommit' | 'tree' | 'patch'>,
  fetch: () => Promise<unknown>,
): Promise<void> {
  const has = (object: string) =>
    git(mirror, ['cat-file', '-e', object]).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof GitError)) throw error
        return false
      },
    )
  if (await has(`${tree}^{tree}`)) return
  if (!(await has(`${baseCommit}^{commit}`))) await fetch()
  const made = await applied(mirror, baseCommit, patch, false)
  if (made !== tree)
    throw new Error(
      `the patch on ${baseCommit} gives the tree ${made}, and it was ${tree} that was looked at`,
    )
}

/** The tree of `head` without what `commit` brought to it; `head`'s own where it is not there any more. Undefined: it conflicts. */
export async function treeWithout(mirror: string, head: string, commit: string): Promise<string | undefined> {
  if (head === commit) return gitText(mirror, ['rev-parse', `${commit}^1^{tree}`])
  try {
    await git(mirror, ['merge-base', '--is-ancestor', commit, head])
  } catch (error) {
    if (error instanceof GitError) return gitText(mirror, ['rev-parse', `${head}^{tree}`])
    throw error
  }
  return applied(mirror, head, await diffOf(mirror, commit, `${commit}^1`), true).catch((error: unknown) => {
    if (error instanceof GitError) return undefined
    throw error
  })
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

export const revertsCleanly = async (mirror: string, change: Change): Promise<boolean> => {
  const back = await withIndex(mirror, async (index) => {
    await git(mirror, ['read-tree', change.tree], { index })
    await git(mirror, ['apply', '--cached', '-R', '--whitespace=nowarn', '-'], { index, input: change.patch })
    return gitText(mirror, ['write-tree'], { index })
  }).catch(() => undefined)
  return back !== undefined && back === (await gitText(mirror, ['rev-parse', `${change.baseCommit}^{tree}`]))
}
