// The demo's own repository: a bare origin made from demo/service, recognised again by the digest of what it was made of.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { git, gitText } from '../git/git.ts'
import { withIndex } from '../git/mirror.ts'

const SERVICE = new URL('../../demo/service/', import.meta.url).pathname

async function shippedTree(gitDir: string): Promise<string> {
  return withIndex(async (index) => {
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

/** Whether its history began with exactly the demo that this Grace ships: only that may run below `contained`. */
export async function isShippedDemo(origin: string): Promise<boolean> {
  const root = await gitText(origin, ['rev-list', '--max-parents=0', 'main'])
  return (await gitText(origin, ['rev-parse', `${root}^{tree}`])) === (await shippedTree(origin))
}
