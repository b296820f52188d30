// What stands on the targets' branches: one commit for an execution, with the tree that was approved; one revert for a
// rollback.
import { type Checking, group } from './checking.ts'
import type { Commit, Git } from './git.ts'
import type { Candidate, Execution } from './records.ts'

/** A log that was read before the rows has nothing that they don't know; one read after them has all that they know. */
export interface Logs {
  readonly before: readonly Commit[]
  readonly after: readonly Commit[]
}

const LIVE = ['deploying', 'watching', 'rolling_back', 'succeeded', 'rolled_back', 'inconclusive']

export async function checkRepositories(c: Checking, logs: ReadonlyMap<string, Logs>): Promise<void> {
  for (const [target, { before, after }] of logs) {
    const git = c.repositories.get(target)!
    const executions = c.records.executions.filter((one) => one.target === target)
    checkStrangers(c, target, before)
    for (const execution of executions) {
      const found = after.filter((one) => one.trailers('Grace-Execution').includes(execution.id))
      checkMerge(c, execution, found)
      await checkRecords(c, git, execution)
      await checkRevert(c, git, execution, after)
    }
  }
}

function checkStrangers({ records, report }: Checking, target: string, log: readonly Commit[]): void {
  for (const commit of log) {
    for (const id of commit.trailers('Grace-Execution'))
      if (!records.executions.some((one) => one.id === id && one.target === target))
        report('merge', `${target}: ${commit.id} says that it is execution ${id}, and there is none`)
    for (const id of commit.trailers('Grace-Reverts'))
      if (!records.rollbacks.some((one) => one.execution === id))
        report('rollback', `${target}: ${commit.id} takes ${id} back, and there is no rollback`)
  }
}

export const executedCandidate = ({ records }: Checking, execution: Execution): Candidate | undefined =>
  records.candidates.find(
    (one) => one.mission === execution.mission && one.digest === execution.candidate_digest,
  )

function checkMerge(c: Checking, execution: Execution, found: readonly Commit[]): void {
  const { id, revision, state, previous_revision } = execution
  const say = (what: string) => c.report('merge', `execution ${id}: ${what}`)
  if (found.length > 1) say(`it was merged ${found.length} times`)
  if (LIVE.includes(state) && revision === null) say(`it is ${state}, and no commit is known`)
  if (revision !== null && !found.some((one) => one.id === revision)) say(`${revision} is not on the branch`)
  if (state === 'failed' && found.length > 0)
    say('it failed before anything was changed, and its commit is there')
  const candidate = executedCandidate(c, execution)
  if (!candidate) return void say('its candidate is not there')
  if (previous_revision !== null && previous_revision !== candidate.base_commit)
    say(`what was live before is ${previous_revision}, not its base`)
  const approved = c.records.ballots
    .filter((one) => one.session === execution.session && one.vote === 'approve')
    .map((one) => one.member)
  for (const commit of found) {
    if (commit.tree !== candidate.tree)
      say(`${commit.id} has the tree ${commit.tree}; ${candidate.tree} was approved`)
    if (commit.parents.join() !== candidate.base_commit)
      say(`${commit.id} stands on ${commit.parents}; ${candidate.base_commit} was measured`)
    for (const [name, value] of [
      ['Grace-Session', execution.session],
      ['Grace-Candidate', execution.candidate_digest],
      ['Grace-Evidence', execution.evidence_digest],
    ] as const)
      if (commit.trailers(name).at(-1) !== value) say(`${commit.id} names another ${name}`)
    const named = commit.trailers('Approved-by').map((one) => /\(([^()]*)\)$/.exec(one)?.[1])
    if (named.toSorted().join() !== approved.toSorted().join())
      say(`${commit.id} says that ${named} approved; it was ${approved}`)
  }
}

/** The statements came in the same push: they are there, or the commit is not. */
async function checkRecords(c: Checking, git: Git, { id, session, revision }: Execution): Promise<void> {
  if (revision === null) return
  const approved = c.records.ballots
    .filter((one) => one.session === session && one.vote === 'approve')
    .map((one) => one.member)
  const said = await git.approvedBy(revision)
  if (said?.toSorted().join() !== approved.toSorted().join())
    c.report(
      'merge',
      `execution ${id}: the statements beside ${revision} say that ${said ?? 'nobody'} approved; it was ${approved}`,
    )
}

/** Where somebody pushed in between, the revert is the inverse of the patch; else it is the tree from before. */
async function checkRevert(
  c: Checking,
  git: Git,
  execution: Execution,
  log: readonly Commit[],
): Promise<void> {
  const reverts = log.filter((one) => one.trailers('Grace-Reverts').includes(execution.id))
  const rollback = c.records.rollbacks.find((one) => one.execution === execution.id)
  const say = (what: string) => c.report('rollback', `execution ${execution.id}: ${what}`)
  if (reverts.length > 1) say(`it was taken back ${reverts.length} times`)
  if (rollback?.verified && reverts.length === 0) say('its rollback is verified, and no commit takes it back')
  const failure = failureOf(c, execution.id)
  if (
    rollback?.verified === false &&
    reverts.length > 0 &&
    /not reverted|while it was reverted/.test(failure)
  )
    say(`${reverts[0]!.id} takes it back; what people were told is: ${failure}`)
  const candidate = executedCandidate(c, execution)
  const merged = log.find((one) => one.id === execution.revision)
  for (const revert of reverts) {
    const parent = log.find((one) => one.id === revert.parents[0])
    if (!candidate || !merged || !parent) {
      say(`${revert.id} takes back what is not there`)
      continue
    }
    const base = log.find((one) => one.id === candidate.base_commit)
    const isBefore = parent.id === merged.id && revert.tree === base?.tree
    if (!isBefore && (await git.patchIdBetween(revert.tree, parent.tree)) !== candidate.patch_id)
      say(`${revert.id} takes back something else than what was merged`)
  }
}

function failureOf({ records }: Checking, execution: string): string {
  const ended = records.entries.find(
    ({ kind, facts }) => kind === 'RollbackEnded' && facts.execution === execution,
  )
  const { commitment } = (ended?.facts.failure ?? {}) as { commitment?: string }
  return records.ledger_texts.find((one) => one.commitment === commitment)?.text ?? ''
}

/** Lines `deploy <execution> <revision>` and `rollback <execution> <revision>`: the revision that is live after it. */
export function checkDeployLogs(c: Checking): void {
  for (const [target, text] of c.deployLogs) {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const said = lines.map(
      (line) => line.trim().split(/\s+/) as [what: string, execution: string, revision: string],
    )
    const executions = c.records.executions.filter((one) => one.target === target)
    let current: string | undefined
    const over = new Set<string>()
    for (const [i, [what, id, revision]] of said.entries()) {
      const say = (why: string) => c.report('deploy', `${target}, line ${i + 1} (${lines[i]}): ${why}`)
      const execution = executions.find((one) => one.id === id)
      if (!execution) say('there is no such execution')
      else if (what === 'deploy' && revision !== execution.revision)
        say(`its commit is ${execution.revision}`)
      else if (what === 'rollback' && revision !== execution.previous_revision)
        say(`what was live before is ${execution.previous_revision}`)
      if (what === 'rollback' && !c.records.rollbacks.some((one) => one.execution === id))
        say('nothing was to be rolled back')
      const before = said[i - 1]
      if (what === 'deploy' && before?.[0] === 'rollback' && before[1] === id)
        say('deployed again after its rollback')
      if (id !== current && current !== undefined) over.add(current)
      if (over.has(id)) say('another execution was live in between')
      current = id
    }
    checkLast(c, target, executions, said)
  }
}

function checkLast(
  c: Checking,
  target: string,
  executions: readonly Execution[],
  lines: readonly (readonly [what: string, execution: string, revision: string])[],
): void {
  const deployed = executions
    .filter((one) => one.state !== 'failed')
    .toSorted((a, b) => a.unlocked_at - b.unlocked_at)
  const byId = group(lines, ([, id]) => id)
  for (const { id, state } of deployed) {
    const own = byId.get(id) ?? []
    const rollback = c.records.rollbacks.find((one) => one.execution === id)
    if ((state === 'succeeded' || state === 'inconclusive') && own.at(-1)?.[0] !== 'deploy')
      c.report(
        'deploy',
        `${target}: ${id} is ${state}, and the log ends with ${own.at(-1)?.[0] ?? 'nothing'} of it`,
      )
    if (state === 'rolled_back' && own.at(-1)?.[0] === 'deploy' && !/rollback command/.test(failureOf(c, id)))
      c.report('rollback', `${target}: ${id} is rolled back, and its rollback was never run: it is live`)
    else if (rollback?.verified && own.at(-1)?.[0] !== 'rollback')
      c.report('rollback', `${target}: the rollback of ${id} is verified, and is not in the deploy log`)
  }
  const newest = deployed.at(-1)
  if (!c.settled || !newest?.finished_at) return
  const [, last] = lines.at(-1) ?? []
  if (last !== newest.id)
    c.report('deploy', `${target}: ${newest.id} ended last, and the log’s last line is of ${last}`)
}
