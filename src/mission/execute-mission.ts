// Job: merges and deploys what the gate let through. Each step finds its own traces, so that a crash resumes.
import type { Candidate } from '../candidate/candidate.ts'
import type { Target } from '../config/config.ts'
import { FORGE_AWAY, FORGE_REFUSED } from '../execution/delivery.ts'
import type { Execution } from '../execution/execution.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine } from '../kernel/text.ts'
import { type Effect, spoken } from '../kernel/work.ts'
import type { CastBallot } from '../parliament/session.ts'
import { targetOf } from './context.ts'
import type { Executor, ExecutorStores } from './executor.ts'
import { findCandidate, findMission, lockMission } from './load.ts'
import { type Mission, move } from './mission.ts'
import { finish } from './settle-session.ts'
import { type Verified, verifyExecution } from './verify-execution.ts'

const actor = grace('executor')
/** How often a watched service is looked at; shorter for short watches. */
const watchTick = (watchMs: number): number => Math.max(500, Math.min(10_000, watchMs / 12))
export const nextLook = (execution: string, watchMs: number): Effect => ({
  kind: 'watch-execution',
  payload: { execution },
  afterMs: watchTick(watchMs),
})

export async function executeMission(ctx: Executor, id: string): Promise<void> {
  const found = await ctx.transact(({ executions }) => executions.find(id))
  if (!found) throw new Error(`no execution ${id}`)
  await ctx.alone(found.target, () => goLive(ctx, id))
}

async function goLive(ctx: Executor, id: string): Promise<void> {
  const loaded = await ctx.transact(async (stores) => {
    const execution = await stores.executions.find(id)
    if (!execution) throw new Error(`no execution ${id}`)
    const mission = await findMission(stores, execution.mission)
    return {
      execution,
      mission,
      candidate: await findCandidate(stores, mission),
      ballots: await stores.sessions.ballots(execution.session),
    }
  })
  const { execution, mission, candidate } = loaded
  if (mission.phase !== 'live_execution' || !['unlocked', 'merging', 'deploying'].includes(execution.state))
    return
  const target = targetOf(ctx.config, execution.target)

  const landed =
    execution.revision ?? (execution.state === 'merging' ? await ctx.delivery.merged(target, id) : undefined)
  const hasBegun = landed !== undefined
  const vouched = await verifyExecution(ctx, target, execution, mission, candidate, hasBegun)
  if ('fault' in vouched)
    return takeBack(ctx, execution, candidate, hasBegun ? { commit: landed } : undefined, vouched.fault)

  const resumed = execution.state === 'deploying'
  const merged = resumed ? execution : await merge(ctx, target, loaded, vouched, hasBegun)
  if (!merged?.revision) return
  try {
    // Cut off in the middle of a deploy: it may have done its work.
    if (!(resumed && (await isLive(ctx, target, merged.revision))))
      await ctx.delivery.deploy(target, {
        execution: id,
        revision: merged.revision,
        previous: candidate.baseCommit,
      })
  } catch (error) {
    // The forge's: it is held, and goes on.
    if (!(error instanceof Refusal) || error.code === FORGE_AWAY || error.code === FORGE_REFUSED) throw error
    return deployFailed(ctx, merged, error.message)
  }
  await beginWatch(ctx, merged, target.policy.watch)
}

/** What is no longer vouched for is not carried on with; what of it is done already is rolled back. */
async function takeBack(
  ctx: Executor,
  execution: Execution,
  candidate: Candidate,
  made: { readonly commit: string; readonly onto?: string } | undefined,
  fault: string,
): Promise<void> {
  const why = `The executor does not find this approved: ${fault}`
  if (made === undefined) return stop(ctx, execution, `${why}; nothing was changed.`)
  const { commit: revision, onto: previousRevision = candidate.baseCommit } = made
  await deployFailed(ctx, execution, `${why}.`, execution.revision ? {} : { revision, previousRevision })
}

interface Loaded {
  readonly execution: Execution
  readonly mission: Mission
  readonly candidate: Candidate
  readonly ballots: readonly CastBallot[]
}

/** Undefined where it did not come to the branch as it was approved: then the mission is over, or taken back. */
async function merge(
  ctx: Executor,
  target: Target,
  { execution, mission, candidate, ballots }: Loaded,
  { checkpoint, attestations }: Verified,
  hasBegun: boolean,
): Promise<Execution | undefined> {
  // Said again where it stood still before it had begun: everything may have been stopped since.
  const merging = hasBegun ? execution : await step(ctx, execution, { state: 'merging' })
  if (!merging) return undefined
  const merged = await ctx.delivery.merge(target, {
    execution: execution.id,
    baseCommit: candidate.baseCommit,
    tree: candidate.tree,
    patch: candidate.patch,
    pullRequest: candidate.pullRequest,
    message: messageOf(mission, execution, candidate, ballots),
    records: {
      attestations: attestations.envelopes.map((one) => `${JSON.stringify(one)}\n`).join(''),
      proof: attestations.proof,
      checkpoint: target.deploy?.checkpoint_tags ? checkpoint : undefined,
    },
  })
  if ('not' in merged) {
    await stop(ctx, merging, oneLine(merged.not, 500))
    return undefined
  }
  if (merged.fault !== undefined) {
    const { why, onto } = merged.fault
    await takeBack(ctx, merging, candidate, { commit: merged.commit, onto }, why)
    return undefined
  }
  return step(ctx, merging, {
    state: 'deploying',
    revision: merged.commit,
    previousRevision: candidate.baseCommit,
  })
}

/** Where the status command can't say so, the deploy is run again: it has to be idempotent. */
const isLive = async (ctx: Executor, target: Target, revision: string): Promise<boolean> =>
  (await ctx.delivery.liveRevision(target).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined
    throw error
  })) === revision

/**
 * Whoever stood still meanwhile (a machine that slept, a process that was stopped) finds the execution further on and
 * leaves it alone: undefined. Locked until the transaction ends.
 */
async function asItWas(stores: ExecutorStores, execution: Execution): Promise<Execution | undefined> {
  const now = await stores.executions.lock(execution.id)
  return now && now.finishedAt === null && now.state === execution.state ? now : undefined
}

async function step(
  ctx: Executor,
  execution: Execution,
  change: Pick<Execution, 'state'> & Partial<Execution>,
): Promise<Execution | undefined> {
  return ctx.transact(async (stores) => {
    if (!(await asItWas(stores, execution))) return undefined
    const next = { ...execution, ...change }
    await stores.executions.save(next)
    // Saved to ask whether it may; said it was before.
    if (next.state === execution.state) return next
    const mission = await lockMission(stores, execution.mission)
    if (mission.heldBy.length > 0) await stores.missions.save({ ...mission, heldBy: [] })
    await stores.ledger.append([stepEntry(next)])
    await stores.outbox.add([
      {
        kind: 'announce',
        payload: { mission: execution.mission, event: next.state, revision: next.revision ?? '' },
      },
    ])
    return next
  })
}

const stepEntry = ({ id, mission, state, revision }: Execution) => ({
  kind: 'ExecutionStep',
  actor: refOf(actor),
  mission,
  facts: { execution: id, step: state, revision },
})

async function beginWatch(ctx: Executor, execution: Execution, watchMs: number): Promise<void> {
  await ctx.transact(async (stores) => {
    if (!(await asItWas(stores, execution))) return
    const now = await stores.clock.now()
    const mission = await lockMission(stores, execution.mission)
    const { next, entry } = move(mission, 'monitoring', actor, 'deployed')
    await stores.executions.save({
      ...execution,
      state: 'watching',
      deployedAt: now,
      watchUntil: new Date(now.getTime() + watchMs),
    })
    await stores.missions.save(next)
    await stores.ledger.append([entry])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'watching', ms: watchMs } },
      nextLook(execution.id, watchMs),
    ])
  })
}

/** Nothing is live: the mission ends as failed. */
async function stop(ctx: Executor, execution: Execution, why: string): Promise<void> {
  await ctx.delivery.abandon(targetOf(ctx.config, execution.target), execution.id)
  await ctx.transact(async (stores) => {
    if (!(await asItWas(stores, execution))) return
    const mission = await lockMission(stores, execution.mission)
    await stores.executions.save({ ...execution, state: 'failed', finishedAt: await stores.clock.now() })
    await stores.ledger.append([
      {
        kind: 'ExecutionStopped',
        actor: refOf(actor),
        mission: mission.id,
        facts: { execution: execution.id, reason: spoken(why) },
      },
    ])
    await finish(stores, mission, 'failed', why, actor)
  })
}

/** Half of it may be live: it is rolled back as if the watch had found it. */
async function deployFailed(
  ctx: Executor,
  execution: Execution,
  why: string,
  /** What was merged, where that is not written down yet: in the same transaction, so that nothing deploys it. */
  merged: Partial<Pick<Execution, 'revision' | 'previousRevision'>> = {},
): Promise<void> {
  await ctx.transact(async (stores) => {
    if (!(await asItWas(stores, execution))) return
    const now = await stores.clock.now()
    const mission = await lockMission(stores, execution.mission)
    const { next, entry } = move(mission, 'monitoring', actor, 'deploy_failed')
    const made = { ...execution, ...merged }
    if (merged.revision) {
      await stores.executions.save({ ...made, state: 'deploying' })
      await stores.ledger.append([stepEntry({ ...made, state: 'deploying' })])
    }
    await stores.executions.save({ ...made, state: 'watching', deployedAt: now, watchUntil: now })
    await stores.missions.save(next)
    await stores.ledger.append([{ ...entry, facts: { ...entry.facts, reason: spoken(why) } }])
    await stores.outbox.add([
      { kind: 'roll-back', payload: { execution: execution.id, reason: `The deploy failed: ${why}` } },
    ])
  })
}

/** The commit says who decided what, in trailers that `git interpret-trailers` reads. */
function messageOf(
  mission: Mission,
  execution: Execution,
  candidate: Candidate,
  ballots: readonly CastBallot[],
): string {
  const approved = ballots.filter((ballot) => ballot.vote === 'approve')
  return [
    mission.title,
    '',
    mission.rationale,
    '',
    `Grace-Mission: M-${mission.number} ${mission.id}`,
    `Grace-Session: ${execution.session}`,
    `Grace-Execution: ${execution.id}`,
    `Grace-Candidate: ${candidate.digest}`,
    `Grace-Evidence: ${execution.evidenceDigest}`,
    ...candidate.authors.map(({ kind, id }) => `Written-by: ${kind} ${id}`),
    ...approved.map((ballot) => `Approved-by: ${ballot.name} (${ballot.member})`),
    '',
  ].join('\n')
}
