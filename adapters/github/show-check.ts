// Grace's check on a commit: a check run as an app, a commit status as an account.
import type { Shown } from '../../src/candidate/pull-requests.ts'
import { oneLine } from '../../src/kernel/text.ts'
import type { GitHub } from './client.ts'

export const CHECK = 'Grace'
/** GitHub takes 65,535 characters of a summary, and 140 of a status. */
const SUMMARY_LIMIT = 60_000
const STATUS_LIMIT = 140

const STATUS = {
  queued: 'pending',
  in_progress: 'pending',
  success: 'success',
  failure: 'failure',
  cancelled: 'error',
} as const

export async function showCheck(github: GitHub, head: string, shown: Shown): Promise<void> {
  const { rest, owner, repo, app } = github
  // GitHub takes no other.
  const details = /^https?:\/\//.test(shown.url) ? shown.url : undefined
  if (app === undefined) {
    const description = oneLine(shown.title, STATUS_LIMIT)
    const state = STATUS[shown.state]
    const { data } = await rest.repos.getCombinedStatusForRef({ owner, repo, ref: head })
    const last = data.statuses.find(({ context }) => context === CHECK)
    // A commit takes a thousand statuses at most.
    if (last?.state === state && last.description === description) return
    await rest.repos.createCommitStatus({
      owner,
      repo,
      sha: head,
      context: CHECK,
      state,
      description,
      ...(details ? { target_url: details } : {}),
    })
    return
  }
  const run = {
    owner,
    repo,
    ...(shown.state === 'queued' || shown.state === 'in_progress'
      ? { status: shown.state }
      : { status: 'completed' as const, conclusion: shown.state }),
    output: { title: oneLine(shown.title, 200), summary: shown.summary.slice(0, SUMMARY_LIMIT) },
    ...(details ? { details_url: details } : {}),
  }
  const { data } = await rest.checks.listForRef({ owner, repo, ref: head, check_name: CHECK, app_id: app })
  const last = data.check_runs[0]
  // One that has ended does not begin again: a new one takes its place.
  if (last && (last.status !== 'completed' || run.status === 'completed'))
    await rest.checks.update({ ...run, check_run_id: last.id })
  else await rest.checks.create({ ...run, name: CHECK, head_sha: head })
}
