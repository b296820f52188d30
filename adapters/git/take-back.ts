// A revert of what an execution merged, made anew as often as the branch moves meanwhile.
import type { Target } from '../../src/config/config.ts'
import { treeWithout } from './change.ts'
import { gitText } from './git.ts'
import { landed, revertConflict, revertTrailer } from './landed.ts'
import type { Mirrors } from './mirror.ts'

const ATTEMPTS = 5

const messageOf = (execution: string, revision: string): string =>
  `Revert ${revision.slice(0, 12)}: the live change did harm\n\n${revertTrailer(execution)}\n`

/** `land` brings a tree onto the head and says its commit; undefined where the branch moved. Finds its own when called again. */
export async function takeBack(
  mirrors: Mirrors,
  target: Target,
  execution: string,
  revision: string,
  land: (head: string, tree: string, message: string) => Promise<string | undefined>,
): Promise<string> {
  const mirror = mirrors.pathOf(target)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await mirrors.head(target)
    const earlier = await landed(mirrors, target, revertTrailer(execution))
    if (earlier) return earlier
    const tree = await treeWithout(mirror, head, revision)
    if (!tree) throw revertConflict(`what came to ${target.branch} after it conflicts with its revert.`)
    if (tree === (await gitText(mirror, ['rev-parse', `${head}^{tree}`]))) return head
    const commit = await land(head, tree, messageOf(execution, revision))
    if (commit) return commit
  }
  throw revertConflict(`${target.branch} moves on faster than it can be reverted.`)
}
