// Job: one look at a live change. It looks again until the watch is over, or takes the change back.

import type { Execution } from '../execution/execution.ts'
import { grace, refOf } from '../kernel/actor.ts'
import type { Json } from '../kernel/digest.ts'
import { spoken } from '../kernel/work.ts'
import { judge, missedObjectives, type Objectives } from '../monitoring/judge.ts'
import { hasControl } from '../monitoring/live-source.ts'
import { controlOf, type Sample, trafficOf } from '../monitoring/samples.ts'
import type { Claim } from '../trust/claim.ts'
import type { KpiResult } from '../trust/kpi.ts'
import { targetOf } from './context.ts'
import { nextLook } from './execute-mission.ts'
import type { Executor, ExecutorStores } from './executor.ts'
import { findEvidence, lockMission } from './load.ts'
import type { Mission } from './mission.ts'
import { finish } from './settle-session.ts'

const actor = grace('monitoring')
/** Samples of the first moments after a restart are the restart's. */
const SETTLE_MS = 1_500

export async function watchExecution(ctx: Executor, id: string): Promise<void> {
  await ctx.transact(async (stores) => {
    const execution = await stores.executions.lock(id)
    if (execution?.state !== 'watching' || !execution.deployedAt || !execution.watchUntil) return
    const mission = await lockMission(stores, execution.mission)
    const watchMs = targetOf(ctx.config, execution.target).policy.watch
    const now = await stores.clock.now()
    const around = await trafficAround(stores, execution, watchMs, now)
    const { before, since } = around
    const isControlled = hasControl(targetOf(ctx.config, execution.target).live)
    const judgement = judge({
      ...around,
      ...(isControlled
        ? { control: await trafficAround(stores, execution, watchMs, now, controlOf(execution.target)) }
        : {}),
      watchMs,
      over: now >= execution.watchUntil,
    })
    // Too little was seen, as when Grace or the metrics were away: watched once more as long, and no longer.
    const extended =
      judgement.verdict === 'no_data' &&
      judgement.mayCome &&
      now.getTime() < execution.watchUntil.getTime() + watchMs
    if (judgement.verdict === 'watching' || extended) {
      const what = extended ? `${judgement.sentence} Watched on.` : judgement.sentence
      await stores.missions.save({ ...mission, reason: what })
      await stores.outbox.add([
        { kind: 'announce', payload: { mission: mission.id, event: 'watched', what } },
        nextLook(id, watchMs),
      ])
      return
    }
    if (judgement.verdict === 'breach') {
      await stores.outbox.add([{ kind: 'roll-back', payload: { execution: id, reason: judgement.sentence } }])
      return
    }
    // Somebody was told that it is being rolled back: the end of the watch does not come before that.
    if (await stores.executions.rollbackIsDue(id)) {
      await stores.outbox.add([nextLook(id, watchMs)])
      return
    }
    const { report } = await findEvidence(stores, mission)
    const end =
      judgement.verdict === 'no_data'
        ? { outcome: 'inconclusive' as const, confirmed: null, sentence: judgement.sentence }
        : confirm(
            mission.claims,
            before,
            since,
            judgement.sentence,
            targetOf(ctx.config, execution.target).live?.objectives ?? {},
          )
    await stores.executions.save({ ...execution, state: end.outcome, finishedAt: now })
    await recordOutcome(stores, mission, end, report, before, since)
    await finish(stores, mission, end.outcome, end.sentence, actor)
  })
}

async function trafficAround(
  { samples }: Pick<ExecutorStores, 'samples'>,
  { deployedAt, unlockedAt, target }: Execution,
  watchMs: number,
  now: Date,
  of = target,
) {
  const from = new Date(deployedAt!.getTime() + SETTLE_MS)
  return {
    before: await samples.between(of, new Date(unlockedAt.getTime() - watchMs), unlockedAt),
    since: await samples.between(of, from, now),
    until: unlockedAt,
    from,
    now,
  }
}

/** Whether what was claimed is seen live. Without a claim that live traffic can show, nothing is confirmed or denied. */
function confirm(
  claims: readonly Claim[],
  before: readonly Sample[],
  since: readonly Sample[],
  seen: string,
  objectives: Objectives,
) {
  const [a, b] = [trafficOf(before), trafficOf(since)]
  const verdicts = claims.flatMap((claim) => {
    if (claim.kind !== 'kpi') return []
    if (claim.kpi === 'latency_improvement' && a.p95Ms !== null && b.p95Ms !== null)
      return [a.p95Ms - b.p95Ms >= claim.atLeast]
    if (claim.kpi === 'error_rate_reduction' && a.errorRate !== null && b.errorRate !== null)
      return [(a.errorRate - b.errorRate) * 100 >= claim.atLeast]
    return []
  })
  const confirmed = verdicts.length === 0 ? null : verdicts.every(Boolean)
  const said = {
    true: 'The improvement is confirmed live',
    false: 'No harm, but the claimed improvement is not confirmed live',
    null: 'No harm seen live',
  }[String(confirmed)]
  const missed = missedObjectives(since, objectives)
  return {
    outcome: 'succeeded' as const,
    confirmed,
    sentence: [`${said}: ${seen}`, ...(missed ? [missed] : [])].join(' '),
  }
}

/** What was predicted and what came, kept for learning. Thousandths of each KPI's unit. */
export async function recordOutcome(
  stores: ExecutorStores,
  mission: Mission,
  end: { outcome: string; confirmed: boolean | null; sentence: string },
  report: readonly KpiResult[],
  before: readonly Sample[],
  since: readonly Sample[],
): Promise<void> {
  const [a, b] = [trafficOf(before), trafficOf(since)]
  const live = {
    latency_improvement: a.p95Ms === null || b.p95Ms === null ? null : Math.round((a.p95Ms - b.p95Ms) * 1000),
    error_rate_reduction:
      a.errorRate === null || b.errorRate === null ? null : Math.round((a.errorRate - b.errorRate) * 100_000),
  }
  const predicted = Object.fromEntries(report.map((row) => [row.kpi, row.raw]))
  await stores.executions.recordOutcome({ mission: mission.id, ...end, predicted, live })
  await stores.ledger.append([
    {
      kind: 'OutcomeRecorded',
      actor: refOf(actor),
      mission: mission.id,
      facts: {
        outcome: end.outcome,
        confirmed: end.confirmed,
        predicted: predicted as Json,
        live: live as Json,
        sentence: spoken(end.sentence),
      },
    },
  ])
}
