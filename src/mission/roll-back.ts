// Job: takes a live change back, once, and says whether the service is where it was.
import { FORGE_AWAY } from '../execution/delivery.ts'
import type { Execution } from '../execution/execution.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { spoken } from '../kernel/work.ts'
import { trafficOf } from '../monitoring/samples.ts'
import { targetOf } from './context.ts'
import type { Executor } from './executor.ts'
import { findEvidence, lockMission } from './load.ts'
import { mirrorEffects } from './mirror-capa.ts'
import { finish } from './settle-session.ts'
import { recordOutcome } from './watch-execution.ts'
import { reminderOf } from './work-on-capa.ts'

const actor = grace('monitoring')
const CAPA_DUE_MS = 14 * 86_400_000

export async function rollBack(ctx: Executor, id: string, reason: string): Promise<void> {
  const found = await ctx.transact(({ executions }) => executions.find(id))
  if (found) await ctx.alone(found.target, () => takeBack(ctx, id, reason))
}

async function takeBack(ctx: Executor, id: string, reason: string): Promise<void> {
  const execution = await begin(ctx, id, reason)
  if (!execution?.revision || !execution.previousRevision) return
  const target = targetOf(ctx.config, execution.target)
  const of = { execution: id, revision: execution.revision, previous: execution.previousRevision }
  // What people use comes first, and whatever the branch says.
  const live = await failureOf(async () => {
    await ctx.delivery.rollBack(target, of)
    const says = await ctx.delivery.liveRevision(target)
    return says === undefined || says === of.previous
      ? undefined
      : `the status command says ${says} is live, not ${of.previous}`
  })
  const branch = await failureOf(() => ctx.delivery.revert(target, id, of.revision).then(() => undefined))
  await end(ctx, execution, reason, { live, branch })
}

/** Why it did not work; undefined where it did. A fault is thrown, and tried again, as is a forge that is away. */
const failureOf = (attempt: () => Promise<string | undefined>): Promise<string | undefined> =>
  attempt().catch((error: unknown) => {
    if (error instanceof Refusal && error.code !== FORGE_AWAY) return error.message
    throw error
  })

interface Failures {
  readonly live: string | undefined
  readonly branch: string | undefined
}

/** One automatic rollback per mission: a second one is refused, and a person has to look. */
async function begin(ctx: Executor, id: string, reason: string): Promise<Execution | undefined> {
  return ctx.transact(async (stores) => {
    const execution = await stores.executions.lock(id)
    if (!execution) return undefined
    if (execution.finishedAt) {
      const mission = await lockMission(stores, execution.mission)
      if (mission.outcome !== 'rolled_back')
        await stores.outbox.add([
          { kind: 'announce', payload: { mission: mission.id, event: 'rollback_too_late', why: reason } },
        ])
      return undefined
    }
    const first = await stores.executions.beginRollback({ mission: execution.mission, execution: id, reason })
    // Seen again after a crash in the middle: the same rollback goes on.
    if (!first && execution.state !== 'rolling_back') return undefined
    if (first) {
      await stores.executions.save({ ...execution, state: 'rolling_back' })
      await stores.ledger.append([
        {
          kind: 'RollbackBegun',
          actor: refOf(actor),
          mission: execution.mission,
          facts: { execution: id, reason: spoken(reason) },
        },
      ])
      await stores.outbox.add([
        { kind: 'announce', payload: { mission: execution.mission, event: 'rolling_back', why: reason } },
      ])
    }
    return { ...execution, state: 'rolling_back' }
  })
}

async function end(
  ctx: Executor,
  execution: Execution,
  reason: string,
  { live, branch }: Failures,
): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, execution.mission)
    if (mission.phase === 'complete') return
    const now = await stores.clock.now()
    const failure = live ?? branch
    const verified = failure === undefined
    const frozen = `${execution.target} is frozen until a person has looked.`
    const sentence =
      live !== undefined
        ? `The rollback could not be verified: ${live}. ${frozen}`
        : `Rolled back: ${reason} What was live before is live again${branch === undefined ? '.' : `, but the branch still has the change: ${branch} ${frozen}`}`
    if (mission.candidate) await stores.candidates.refuse(mission.candidate, sentence)
    await stores.executions.endRollback(mission.id, verified)
    await stores.executions.save({ ...execution, state: 'rolled_back', finishedAt: now })
    await stores.executions.freeze(
      execution.target,
      verified ? `M-${mission.number} was rolled back; its CAPA is open.` : sentence,
    )
    const watched = targetOf(ctx.config, execution.target).policy.watch
    const before = await stores.samples.between(
      execution.target,
      new Date(execution.unlockedAt.getTime() - watched),
      execution.unlockedAt,
    )
    const { requests, errorRate, p95Ms } = trafficOf(before)
    const dueAt = new Date(now.getTime() + CAPA_DUE_MS)
    const capa = await stores.executions.openCapa({
      id: newId(),
      mission: mission.id,
      summary: `M-${mission.number} "${mission.title}" was taken back after it went live.`,
      cause: reason,
      corrective: verified ? 'Rolled back and verified.' : `Rollback not verified: ${failure}.`,
      preventive: 'Find out why the sandbox did not show it, and add that to the bench or the load profile.',
      baseline: { requests, errorRate, p95Ms },
      dueAt,
    })
    await stores.outbox.add([
      reminderOf({ mission: mission.id, dueAt }, now),
      ...mirrorEffects(ctx.config, mission),
    ])
    await stores.ledger.append([
      {
        kind: 'RollbackEnded',
        actor: refOf(actor),
        mission: mission.id,
        facts: { execution: execution.id, verified, failure: failure ? spoken(failure) : undefined },
      },
      {
        kind: 'CapaOpened',
        actor: refOf(actor),
        mission: mission.id,
        facts: { capa, cause: spoken(reason) },
      },
    ])
    const { report } = await findEvidence(stores, mission)
    const since = execution.deployedAt
      ? await stores.samples.between(execution.target, execution.deployedAt, now)
      : []
    await recordOutcome(
      stores,
      mission,
      { outcome: 'rolled_back', confirmed: false, sentence },
      report,
      before,
      since,
    )
    await finish(stores, mission, 'rolled_back', sentence, actor)
  })
}
