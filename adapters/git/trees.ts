// Trees in the mirror: read, listed, mixed, checked out without a .git.
import { git, gitText } from './git.ts'
import { withIndex } from './mirror.ts'

const TEXT_LIMIT = 1_000_000

export async function listPaths(mirror: string, tree: string): Promise<string[]> {
  const out = await git(mirror, ['ls-tree', '-r', '-z', '--name-only', tree])
  return out.toString('utf8').split('\0').filter(Boolean)
}

/** Of one `cat-file`. */
const GROUP_BYTES = 16_000_000

/** Contents of the paths that are there, are text and have at most 1 MB. */
export async function readTexts(
  mirror: string,
  tree: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const asked = [...new Set(paths)].filter((path) => !path.includes('\n'))
  if (asked.length === 0) return texts
  const names = (of: readonly string[]) => `${of.map((path) => `${tree}:${path}`).join('\n')}\n`
  const sizes = (
    await gitText(mirror, ['cat-file', '--batch-check=%(objecttype) %(objectsize)'], { input: names(asked) })
  )
    .split('\n')
    .map((line) => /^blob (\d+)$/.exec(line)?.[1])
  const groups: string[][] = []
  let room = 0
  for (const [i, path] of asked.entries()) {
    const size = sizes[i] === undefined ? Number.POSITIVE_INFINITY : Number(sizes[i])
    if (size > TEXT_LIMIT) continue
    if (groups.length === 0 || size > room) {
      groups.push([])
      room = GROUP_BYTES
    }
    groups.at(-1)!.push(path)
    room -= size
  }
  for (const group of groups) {
    const out = await git(mirror, ['cat-file', '--batch'], { input: names(group) })
    let at = 0
    for (const path of group) {
      const end = out.indexOf(10, at)
      const size = Number(out.subarray(at, end).toString('utf8').split(' ')[2])
      const bytes = out.subarray(end + 1, end + 1 + size)
      at = end + size + 2
      if (!bytes.includes(0)) texts.set(path, bytes.toString('utf8'))
    }
  }
  return texts
}

/** `base` with the files of `other` wherever `from` says so, and without those that `other` does not have. */
export async function mixTrees(
  mirror: string,
  base: string,
  other: string,
  from: (path: string) => boolean,
): Promise<string> {
  const entries = async (tree: string) => {
    const lines = (await git(mirror, ['ls-tree', '-r', '-z', tree]))
      .toString('utf8')
      .split('\0')
      .filter(Boolean)
    return new Map(
      lines.map((line) => {
        const [meta = '', path = ''] = line.split('\t')
        const [mode = '', , blob = ''] = meta.split(' ')
        return [path, { mode, blob }]
      }),
    )
  }
  const [before, after] = [await entries(base), await entries(other)]
  const mixed = [...[...before].filter(([path]) => !from(path)), ...[...after].filter(([path]) => from(path))]
  return withIndex(mirror, async (index) => {
    const input = mixed.map(([path, { mode, blob }]) => `${mode} ${blob}\t${path}\0`).join('')
    await git(mirror, ['update-index', '-z', '--index-info'], { index, input })
    return gitText(mirror, ['write-tree'], { index })
  })
}

/** Writes the tree's files into an existing, empty directory. */
export async function checkOut(mirror: string, tree: string, directory: string): Promise<void> {
  await withIndex(mirror, async (index) => {
    await git(mirror, ['read-tree', tree], { index, workTree: directory })
    await git(mirror, ['checkout-index', '-qaf'], { index, workTree: directory })
  })
}

/**
 * What a run left in a directory that `tree` was checked out into, as a patch; ignored files are left out. `enter`: words
 * before a command that take it to where that directory is mounted.
 */
export async function patchOf(
  mirror: string,
  tree: string,
  directory: string,
  enter: readonly string[] = [],
): Promise<string> {
  const after = await withIndex(mirror, async (index) => {
    await git(mirror, ['read-tree', tree], { index, workTree: directory, enter })
    await git(mirror, ['add', '--all', '--', '.'], { index, workTree: directory, enter })
    return gitText(mirror, ['write-tree'], { index })
  })
  return (
    await git(mirror, [
      'diff-tree',
      '-p',
      '-r',
      '--full-index',
      '--binary',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      tree,
      after,
    ])
  ).toString('utf8')
}
