// How often each file changed of late.
import { git } from './git.ts'

const SINCE = '90.days.ago'
/** Of a very busy repository the newest commits say enough. */
const MOST_COMMITS = 5_000

export async function churnOf(mirror: string, commit: string): Promise<Record<string, number>> {
  const out = await git(mirror, [
    'log',
    `--since=${SINCE}`,
    `--max-count=${MOST_COMMITS}`,
    '--no-merges',
    '--no-renames',
    '--name-only',
    '--format=',
    '-z',
    commit,
    '--',
  ])
  const churn = new Map<string, number>()
  for (const path of out.toString('utf8').split('\0'))
    if (path !== '') churn.set(path, (churn.get(path) ?? 0) + 1)
  return Object.fromEntries([...churn].sort(([, a], [, b]) => b - a))
}
