// What the verbs of Mission Control work with. Each verb names the part of it that it uses.

import type { Attestations } from '../attestations/release.ts'
import type { Candidates } from '../candidate/draft.ts'
import type { PullRequests } from '../candidate/pull-requests.ts'
import type { Repositories } from '../candidate/repositories.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Config, Target } from '../config/config.ts'
import type { Capas, Tracker } from '../execution/capa.ts'
import type { Executions } from '../execution/execution.ts'
import type { RecentRollbacks } from '../governance/risk.ts'
import type { Advisories } from '../hunter/advisories.ts'
import type { Hunter } from '../hunter/scan.ts'
import type { Actor, ActorRef } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Commit, Transact } from '../kernel/work.ts'
import type { Envelope, Keyring, Purpose } from '../keys/key.ts'
import type { Lessons } from '../learning/lesson.ts'
import type { Publications } from '../ledger/publication.ts'
import type { Sequencing } from '../ledger/sequence.ts'
import type { Histories } from '../monitoring/history.ts'
import type { CoverageReadings, Samples, Scrapes } from '../monitoring/samples.ts'
import type { Voting } from '../parliament/one-human.ts'
import type { Passkeys } from '../parliament/passkey.ts'
import type { Sessions } from '../parliament/session.ts'
import type { Agents, Transcripts } from '../proposing/agent.ts'
import type { Playbooks } from '../proposing/playbook.ts'
import type { Baselines } from '../sandbox/baselines.ts'
import type { Isolation, Progress, Rooms } from '../sandbox/room.ts'
import type { Opportunities } from '../trigger-mesh/opportunity.ts'
import type { OwnDetectors } from '../trigger-mesh/own-detector.ts'
import type { Surveys } from '../trigger-mesh/survey.ts'
import type { Hold } from '../trust/holds.ts'
import type { KpiResult } from '../trust/kpi.ts'
import type { AuditEntry } from './audit-mission.ts'
import type { Mission, Missions } from './mission.ts'
import type { Stops } from './stop.ts'

export interface EvidenceRecord {
  readonly id: string
  readonly candidate: string
  readonly digest: string
  readonly isolation: Isolation
  readonly body: unknown
  readonly signature: Envelope
  readonly report: readonly KpiResult[]
  /** Holds beside those that the report itself shows. */
  readonly holds: readonly Hold[]
}

export interface EvidenceRecords {
  insert(record: EvidenceRecord, checks: readonly CheckResult[]): Promise<void>
  find(id: string): Promise<EvidenceRecord | undefined>
  /** Id of the last that was measured of a mission, and of which revision. */
  lastOf(mission: string): Promise<{ readonly id: string; readonly revision: number } | undefined>
  /** Answers given anew; the newest of a check counts. */
  answer(evidence: string, checks: readonly CheckResult[], attestedBy?: string): Promise<void>
  /** The newest answer of every check. */
  standing(evidence: string): Promise<readonly CheckResult[]>
  /** Titles of checks whose answer holds no longer. */
  stale(evidence: string): Promise<readonly string[]>
}

/** What was signed when an execution was unlocked. */
export interface AttestationRecords {
  insert(execution: string, attestations: Attestations): Promise<void>
  of(execution: string): Promise<Attestations | undefined>
}

/** Counts that governance asks for. */
export interface Standing {
  openMissions(target: string): Promise<number>
  executionsLastDay(target: string): Promise<number>
  /** Number of the mission that is being executed or watched on the target; null = none is. */
  liveMission(target: string): Promise<number | null>
  openMissionsOf(target: string, proposer: ActorRef): Promise<number>
  /** Of the last ten missions of that proposer that went live on the target. */
  recentRollbacks(target: string, proposer: ActorRef): Promise<RecentRollbacks>
  /** Live traffic of the last 24 hours. */
  requestsLastDay(target: string): Promise<{ readonly requests: number; readonly errors: number }>
  /** Ledger entries of a mission, in order. */
  audit(mission: string): Promise<readonly AuditEntry[]>
  /** Open sessions in which the member is an elector. */
  openSessionsOf(member: string): Promise<readonly string[]>
  /** Why nothing may execute on the target; null = it may. */
  frozen(target: string): Promise<string | null>
  /** Ledger entries of a mission, and how many of them wait for their number. */
  ledgerEntries(mission: string): Promise<{ total: number; waiting: number }>
  /** Why a key does not vouch for anything now, as a sentence; null = it does. */
  keyFault(keyId: string, purpose: Purpose): Promise<string | null>
  /** Members → their accounts in the chats, as `slack:T1/U2`. */
  accountsOf(members: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  /** Whether a session of this mission passed before. */
  passedBefore(mission: string): Promise<boolean>
}

/** People stop a target, and let it go on. */
export interface Freezes {
  /** False where it was frozen already. */
  set(target: string, reason: string): Promise<boolean>
  /** False where it was not. */
  lift(target: string): Promise<boolean>
}

export interface Feedback {
  readonly id: string
  readonly mission: string
  readonly author: { readonly kind: Actor['kind']; readonly id: string; readonly name: string }
  readonly source: string
  readonly text: string
  readonly at: Date
  /** The platform's own id of the message: `slack:channel:ts`; null where it was not one. */
  readonly external: string | null
  readonly permalink: string | null
  readonly editedAt: Date | null
}

export interface Feedbacks {
  /** False where that message was kept before. */
  insert(feedback: Omit<Feedback, 'at' | 'editedAt'>): Promise<boolean>
  /** Without what its author deleted. */
  of(mission: string): Promise<readonly Feedback[]>
  byExternal(external: string): Promise<Feedback | undefined>
  edit(id: string, text: string): Promise<void>
  remove(id: string): Promise<void>
}

export interface Stores extends Commit {
  readonly missions: Missions
  readonly candidates: Candidates
  readonly evidence: EvidenceRecords
  readonly opportunities: Opportunities
  readonly transcripts: Transcripts
  readonly sessions: Sessions
  readonly passkeys: Passkeys
  readonly executions: Executions
  readonly capas: Capas
  readonly attestations: AttestationRecords
  readonly samples: Samples
  readonly scrapes: Scrapes
  readonly history: Histories
  readonly coverage: CoverageReadings
  readonly surveys: Surveys
  readonly lessons: Lessons
  readonly feedback: Feedbacks
  readonly standing: Standing
  readonly freezes: Freezes
  readonly stops: Stops
  readonly sequencing: Sequencing
  readonly publications: Publications
  readonly accounts: Voting['accounts']
}

export interface MissionControl {
  readonly transact: Transact<Stores>
  readonly config: Config
  readonly repositories: Repositories
  /** Only the worker asks GitHub. */
  readonly pullRequests: PullRequests
  readonly tracker: Tracker
  readonly playbooks: Playbooks
  readonly agents: Agents
  readonly ownDetectors: OwnDetectors
  /** Refuses (sandbox_unavailable) where nothing on this machine may run this target's candidates. */
  rooms(target: Target, authored: 'grace' | 'people'): Promise<Rooms>
  readonly baselines: Baselines
  readonly hunter: Hunter
  readonly advisories: Advisories
  /** Only the worker has them. */
  readonly keys: Keyring
  /** Where the console shows the mission of that number. */
  readonly pageOf: (mission: number) => string
  readonly progress: (mission: Pick<Mission, 'id' | 'number' | 'target'>) => Progress
}

export function targetOf(config: Config, name: string): Target {
  const target = config.targets.get(name)
  if (target) return target
  const known = [...config.targets.keys()].join(', ') || 'none'
  throw new Refusal(
    'not_found',
    'target_not_found',
    `There is no target ${JSON.stringify(name.slice(0, 80))}; there are: ${known}.`,
    'Name one of them, or add it to grace.yaml.',
  )
}
