// Job: closes a session once nobody can change its result any more, or its deadline has passed.
import { grace, refOf } from '../kernel/actor.ts'
import { type Effect, spoken } from '../kernel/work.ts'
import { decide, type Session } from '../parliament/session.ts'
import { type Tally, tally } from '../parliament/tally.ts'
import { LOOK_BACK, restSentence, restsUntil } from '../trigger-mesh/fatigue.ts'
import type { MissionControl, Stores } from './context.ts'
import { lockMission } from './load.ts'
import { complete, type Mission, move } from './mission.ts'

const actor = grace('parliament')

export async function settleSession(ctx: Pick<MissionControl, 'transact'>, id: string): Promise<void> {
  await ctx.transact(async (stores) => {
    const session = await stores.sessions.lock(id)
    if (session?.state !== 'open') return
    const snapshot = await stores.sessions.electors(id)
    const electors = snapshot.filter((elector) => elector.active)
    const ballots = await stores.sessions.ballots(id)
    const outcome = tally(electors, ballots, session)
    const cast = ballots
      .filter((ballot) => ballot.vote !== 'withdrawn')
      .map((ballot) => ballot.castAt.getTime())
    const last = cast.length > 0 ? new Date(Math.max(...cast)) : undefined
    const decision = decide(session, outcome, snapshot.length, last, await stores.clock.now())
    if ('wait' in decision) return
    const mission = await lockMission(stores, session.mission)
    if ('dwellMs' in decision) {
      await stores.outbox.add([
        {
          kind: 'settle-session',
          payload: { session: id },
          key: `dwell:${id}:${last?.getTime()}`,
          afterMs: decision.dwellMs,
        },
        {
          kind: 'announce',
          payload: { mission: mission.id, event: 'dwelling', ms: decision.dwellMs },
          key: `dwelling:${id}:${last?.getTime()}`,
        },
      ])
      return
    }
    const rejected = ballots.find((ballot) => ballot.vote === 'reject')
    const why = sentenceOf(decision.close, outcome, session, rejected)
    const [closingEntry] = await stores.ledger.append([
      {
        kind: 'SessionClosed',
        actor: refOf(actor),
        mission: mission.id,
        facts: {
          session: id,
          result: decision.close,
          approvals: outcome.approvals,
          rejects: outcome.rejects,
          abstentions: outcome.abstentions,
          not_voted: outcome.notVoted,
        },
      },
    ])
    await stores.sessions.end(id, {
      state: 'closed',
      result: decision.close,
      closingEntry: closingEntry!,
      reason: why,
    })
    await conclude(stores, mission, decision.close, why, outcome.rejects)
  })
}

async function conclude(
  stores: Stores,
  mission: Mission,
  result: 'passed' | 'rejected' | 'expired',
  why: string,
  rejects: number,
): Promise<void> {
  if (result === 'passed') {
    const { next, entry } = move(mission, 'consensus', actor, 'approved')
    await stores.missions.save(next)
    await stores.ledger.append([entry])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'approved', why } },
      { kind: 'publish-checkpoint', payload: { mission: mission.id } },
      { kind: 'unlock-mission', payload: { mission: mission.id } },
    ])
    return
  }
  // That it can't pass any more is no word against the change.
  if (result === 'rejected' && rejects > 0 && mission.candidate)
    await stores.candidates.refuse(mission.candidate, why)
  await finish(stores, mission, result === 'rejected' ? 'cancelled' : 'expired', why)
}

/** Completes a mission that goes no further, and frees its opportunity to be found again. */
export async function finish(
  stores: Pick<Stores, 'missions' | 'opportunities' | 'ledger' | 'outbox' | 'clock'>,
  mission: Mission,
  outcome: Parameters<typeof complete>[1],
  why: string,
  by = actor,
): Promise<void> {
  const { next, entry } = complete(mission, outcome, by, why)
  await stores.missions.save(next)
  if (mission.opportunity) await stores.opportunities.close(mission.opportunity)
  await stores.ledger.append([{ ...entry, facts: { ...entry.facts, reason: spoken(why) } }])
  await stores.outbox.add([
    { kind: 'announce', payload: { mission: mission.id, event: 'completed', outcome, why } },
    ...(mission.opportunity ? await restOfDetectors(stores, mission) : []),
    { kind: 'publish-checkpoint', payload: { mission: mission.id } },
  ])
}

/** Said once: by the mission with whose end they begin to rest. */
async function restOfDetectors(
  { opportunities, clock }: Pick<Stores, 'opportunities' | 'clock'>,
  { id, number, target }: Mission,
): Promise<Effect[]> {
  const endings = await opportunities.endings(target, LOOK_BACK)
  const now = await clock.now()
  const until = restsUntil(endings, now)
  const rested = restsUntil(
    endings.filter((one) => one.mission !== number),
    now,
  )
  if (!until || rested) return []
  const why = restSentence(target, until)
  return [{ kind: 'announce', payload: { mission: id, event: 'detectors_rest', why } }]
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

function sentenceOf(
  result: 'passed' | 'rejected' | 'expired',
  { approvals, rejects, abstentions, notVoted }: Tally,
  session: Session,
  rejected: { name: string; reason: string } | undefined,
): string {
  const count = `${approvals} of ${session.minApprovals} needed approvals, ${counted(rejects, 'reject')}, ${counted(abstentions, 'abstention')}, ${notVoted} not voted`
  if (result === 'expired') return `Expired: ${count}.`
  if (result === 'passed') return `Approved: ${count}.`
  return `Rejected${rejected ? ` by ${rejected.name}${rejected.reason ? `: ${rejected.reason}` : ''}` : ''} (${count}).`
}
