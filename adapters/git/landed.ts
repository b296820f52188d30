// What an execution left on the branch, found by the trailers of its commits.
import type { Target } from '../../src/config/config.ts'
import type { Merged } from '../../src/execution/delivery.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { visible } from '../../src/kernel/text.ts'
import { type GitError, gitText } from './git.ts'
import type { Mirrors } from './mirror.ts'

export const mergeTrailer = (execution: string): string => `Grace-Execution: ${execution}`
export const revertTrailer = (execution: string): string => `Grace-Reverts: ${execution}`

/** The commit with that trailer on the branch, as it was fetched last. */
export async function landed(mirrors: Mirrors, target: Target, trailer: string): Promise<string | undefined> {
  const found = await gitText(mirrors.pathOf(target), [
    'log',
    '-n',
    '1',
    '--format=%H',
    '--fixed-strings',
    `--grep=${trailer}`,
    `refs/heads/${target.branch}`,
  ])
  return found || undefined
}

export const TAKEN_BACK: Merged = { not: 'It was merged and taken back already.' }
export const moved = ({ branch }: Target): Merged => ({
  not: `${branch} moved between unlock and merge; nothing was changed.`,
})

export const revertConflict = (why: string): Refusal =>
  new Refusal('conflict', 'revert_conflict', `The merge was not reverted: ${why}`, 'Revert it by hand.')

export const pushRefused = (target: Target, { stderr }: GitError, next: string): Refusal =>
  new Refusal(
    'unavailable',
    'push_refused',
    `${target.name} refused the push: ${visible(stderr).trim().slice(-300)}`,
    next,
  )
