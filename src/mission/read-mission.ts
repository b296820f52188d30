// Everything that there is to show of a mission, for whoever may read.
import type { Candidate } from '../candidate/candidate.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { CapaRecord } from '../execution/capa.ts'
import type { Execution } from '../execution/execution.ts'
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import type { Lesson } from '../learning/lesson.ts'
import type { Publication } from '../ledger/publication.ts'
import type { Elector } from '../parliament/electorate.ts'
import type { CastBallot, Session } from '../parliament/session.ts'
import type { TranscriptRecord } from '../proposing/agent.ts'
import type { Opportunity } from '../trigger-mesh/opportunity.ts'
import { type Trust, trustOf } from '../trust/trust.ts'
import type { EvidenceRecord, Feedback, MissionControl, Stores } from './context.ts'
import { findMission } from './load.ts'
import type { Mission } from './mission.ts'
import type { Stop } from './stop.ts'

export interface Measured {
  readonly evidence: EvidenceRecord
  readonly checks: readonly CheckResult[]
  readonly trust: Trust
}

export interface Vote {
  readonly session: Session
  readonly electors: readonly (Elector & { readonly active: boolean })[]
  readonly ballots: readonly CastBallot[]
}

export interface MissionStory {
  readonly mission: Mission
  readonly opportunity: Opportunity | undefined
  readonly candidate: Candidate | undefined
  readonly measured: Measured | undefined
  /** What was measured last, while it is measured again; it decides nothing. */
  readonly before: (Measured & { readonly revision: number }) | undefined
  readonly vote: Vote | undefined
  readonly execution: Execution | undefined
  readonly capa: CapaRecord | undefined
  readonly feedback: readonly Feedback[]
  /** Of the agents that were asked for a change, oldest first. */
  readonly transcripts: readonly TranscriptRecord[]
  /** Of what went live on its target before. */
  readonly lessons: readonly Lesson[]
  /** Checkpoints of the ledger in its threads, or on their way there. */
  readonly publications: readonly Publication[]
  /** Nothing goes live anywhere while there is one. */
  readonly stop: Stop | undefined
  /** Of the step that runs now, 0…1. */
  readonly progress: { readonly step: string; readonly done: number } | null
}

export async function readMission(
  ctx: Pick<MissionControl, 'transact'>,
  actor: Actor,
  id: string,
): Promise<MissionStory> {
  permit(actor, 'read')
  return ctx.transact((stores) => storyOf(stores, id))
}

export async function storyOf(stores: Stores, id: string): Promise<MissionStory> {
  const mission = await findMission(stores, id)
  const last = mission.evidence ? undefined : await stores.evidence.lastOf(mission.id)
  const before = last && (await measuredOf(stores, last.id))
  return {
    mission,
    opportunity: mission.opportunity ? await stores.opportunities.find(mission.opportunity) : undefined,
    candidate: mission.candidate ? await stores.candidates.find(mission.candidate) : undefined,
    measured: mission.evidence ? await measuredOf(stores, mission.evidence) : undefined,
    before: last && before && { ...before, revision: last.revision },
    vote: mission.session ? await voteOf(stores, mission.session) : undefined,
    execution: await stores.executions.ofMission(mission.id),
    capa: await stores.capas.of(mission.id),
    feedback: await stores.feedback.of(mission.id),
    transcripts: await stores.transcripts.of(mission.id),
    lessons: (await stores.lessons.of(mission.target)).filter((lesson) => lesson.mission !== mission.id),
    publications: await stores.publications.of(mission.id),
    stop: await stores.stops.current(),
    progress: await stores.missions.progressOf(mission.id),
  }
}

async function measuredOf(
  { evidence: records }: Pick<Stores, 'evidence'>,
  id: string,
): Promise<Measured | undefined> {
  const evidence = await records.find(id)
  const checks = evidence ? await records.standing(id) : []
  return evidence && { evidence, checks, trust: trustOf(evidence.report, checks, evidence.holds) }
}

export async function voteOf(stores: Pick<Stores, 'sessions'>, id: string): Promise<Vote | undefined> {
  const session = await stores.sessions.find(id)
  return (
    session && {
      session,
      electors: await stores.sessions.electors(id),
      ballots: await stores.sessions.ballots(id),
    }
  )
}
