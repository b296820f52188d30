// The demo's own repository: a bare origin made from demo/service, recognised again by the digest of what it was made of.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { git, gitText } from '../git/git.ts'
import { withIndex } from '../git/mirror.ts'

const SERVICE = new URL('../../demo/service/', import.meta.url).pathname

async function shippedTree(gitDir: string): Promise<string> {
  return withIndex(gitDir, async (index) => {
    await git(gitDir, ['add', '--all', '--', '.'], { index, workTree: SERVICE })
    return gitText(gitDir, ['write-tree'], { index })
  })
}

/** Makes the origin where it is missing. Returns its path. */
export async function ensureOrigin(directory: string): Promise<string> {
  const origin = join(directory, 'origin.git')
  if (
    await stat(join(origin, 'refs/heads/main')).catch(() =>
      stat(join(origin, 'packed-refs')).catch(() => undefined),
    )
  )
    return origin
  await git(undefined, ['init', '--bare', '--quiet', '--template=', '--initial-branch=main', origin])
  const tree = await shippedTree(origin)
  const commit = await gitText(origin, ['commit-tree', tree, '-F', '-'], { input: 'A directory of users\n' })
  await git(origin, ['update-ref', 'refs/heads/main', commit])
  return origin
}

/** What a colleague does meanwhile: a commit of one file on main. Returns it. */
export async function pushTo(origin: string, path: string, text: string): Promise<string> {
  const blob = await gitText(origin, ['hash-object', '-w', '--stdin'], { input: text })
  const tree = await withIndex(origin, async (index) => {
    await git(origin, ['read-tree', 'main'], { index })
    await git(origin, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], { index })
    return gitText(origin, ['write-tree'], { index })
  })
  const commit = await gitText(origin, ['commit-tree', tree, '-p', 'main', '-F', '-'], { input: `${path}\n` })
  await git(origin, ['update-ref', 'refs/heads/main', commit])
  return commit
}

/** Whether its history began with exactly the demo that this Grace ships: only that may run below `contained`. */
export async function isShippedDemo(origin: string): Promise<boolean> {
  const root = await gitText(origin, ['rev-list', '--max-parents=0', 'main'])
  return (await gitText(origin, ['rev-parse', `${root}^{tree}`])) === (await shippedTree(origin))
}
