// Job: the candidate against today's code, measured, scored, and put to the vote.
import type { Candidate } from '../candidate/candidate.ts'
import type { Target } from '../config/config.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { isTrusted, percent, stands, trustOf } from '../trust/trust.ts'
import { failureOf } from '../trust/undecided.ts'
import { assess } from './assess.ts'
import { type MissionControl, targetOf } from './context.ts'
import { followBase } from './follow-base.ts'
import { findCandidate, findMission, lockMission } from './load.ts'
import { measureCandidate } from './measure-candidate.ts'
import { putToTheVote } from './put-to-the-vote.ts'

type Ctx = Pick<
  MissionControl,
  | 'transact'
  | 'config'
  | 'repositories'
  | 'rooms'
  | 'keys'
  | 'progress'
  | 'baselines'
  | 'hunter'
  | 'advisories'
>

/** `carryFrom`: the session whose ballots stand if only the base moved and trust is reached. */
export async function testCandidate(ctx: Ctx, id: string, of: string, carryFrom?: string): Promise<void> {
  const { mission, candidate } = await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    return { mission, candidate: mission.candidate ? await findCandidate(stores, mission) : undefined }
  })
  if (mission.phase !== 'sandbox_testing' || candidate?.id !== of || mission.evidence) return
  const target = targetOf(ctx.config, mission.target)
  const head = await ctx.repositories.head(target)
  if (head !== candidate.baseCommit) return putOnHead(ctx, id, candidate, target, head, carryFrom ?? null)
  await ctx.transact((stores) =>
    stores.outbox.add([
      { kind: 'announce', payload: { mission: id, event: 'testing', revision: candidate.revision } },
    ]),
  )
  const authored = candidate.authors.every((author) => author.kind === 'grace') ? 'grace' : 'people'
  const rooms = await ctx.rooms(target, authored)
  const { record, observation } = await measureCandidate(ctx, rooms, mission, candidate, target)
  const checks = await assess(ctx, mission, candidate, target, {
    ...record,
    minutes: observation.minutes,
    limitsHit: observation.limitsHit,
    off: rooms.off,
  })
  const trust = trustOf(record.report, checks, record.holds)
  const open = checks.filter((check) => !stands(check.verdict))
  const mayCarry = isTrusted(trust, target.policy.trust_threshold) && open.length === 0
  const actor = grace('sandbox')
  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    if (current.phase !== 'sandbox_testing' || current.candidate !== candidate.id || current.evidence) return
    await stores.evidence.insert(record, checks)
    const failure = failureOf(record.report, checks, record.holds)
    await stores.candidates.refuse(candidate.id, failure ?? null)
    await stores.ledger.append([
      {
        kind: 'EvidenceRecorded',
        actor: refOf(actor),
        mission: id,
        facts: {
          evidence: record.digest,
          candidate: candidate.digest,
          isolation: record.isolation,
          trust: trust.shown,
          formula: trust.formula,
          holds: trust.holds.map((hold) => `${hold.code}:${hold.subject}`),
          verdicts: Object.fromEntries(checks.map((check) => [check.id, check.verdict])),
        },
      },
    ])
    await stores.outbox.add([
      {
        kind: 'announce',
        payload: {
          mission: id,
          event: 'tested',
          trust: percent(trust.shown),
          threshold: percent(target.policy.trust_threshold),
          hold: trust.holds.map((hold) => hold.sentence).join(' '),
          open: open.map((check) => `${check.title}: ${check.reason}`).join(' '),
        },
      },
    ])
    await putToTheVote(
      stores,
      ctx.config,
      { ...current, evidence: record.id },
      candidate,
      target,
      record,
      checks,
      mayCarry ? (carryFrom ?? null) : null,
    )
  })
}

/** Between the proposal and this measuring, today's code became another. */
async function putOnHead(
  ctx: Ctx,
  id: string,
  candidate: Candidate,
  target: Target,
  head: string,
  carryFrom: string | null,
): Promise<void> {
  const change = await ctx.repositories.rebase(target, candidate, head)
  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    if (current.phase !== 'sandbox_testing' || current.candidate !== candidate.id || current.evidence) return
    await stores.outbox.add([
      {
        kind: 'announce',
        payload: { mission: id, event: 'base_moved', branch: target.branch, head: head.slice(0, 12) },
      },
    ])
    await followBase(stores, grace('sandbox'), current, target, { candidate, head, change, carryFrom })
  })
}
