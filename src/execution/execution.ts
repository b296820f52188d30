// A live change: what the gate let through, and what became of it.
import type { Capa } from './capa.ts'

export type ExecutionState =
  | 'unlocked'
  | 'merging'
  | 'deploying'
  | 'watching'
  | 'rolling_back'
  | 'succeeded'
  | 'rolled_back'
  | 'inconclusive'
  | 'failed'

export interface Execution {
  readonly id: string
  readonly mission: string
  readonly session: string
  readonly target: string
  readonly candidateDigest: string
  readonly evidenceDigest: string
  readonly policyDigest: string
  readonly state: ExecutionState
  /** Commit that was live before; what a rollback goes back to. */
  readonly previousRevision: string | null
  /** Commit that was made live. */
  readonly revision: string | null
  readonly unlockedAt: Date
  readonly deployedAt: Date | null
  readonly watchUntil: Date | null
  readonly finishedAt: Date | null
}

export interface Rollback {
  readonly mission: string
  readonly execution: string
  readonly reason: string
  readonly verified: boolean | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

export interface Executions {
  /** Throws a Refusal (gate_…) where the database's gate does not let it through. */
  unlock(
    execution: Pick<
      Execution,
      'id' | 'mission' | 'session' | 'target' | 'candidateDigest' | 'evidenceDigest' | 'policyDigest'
    >,
  ): Promise<void>
  find(id: string): Promise<Execution | undefined>
  ofMission(mission: string): Promise<Execution | undefined>
  lock(id: string): Promise<Execution | undefined>
  save(execution: Execution): Promise<void>
  /** False where the mission has had its one automatic rollback. */
  beginRollback(rollback: { mission: string; execution: string; reason: string }): Promise<boolean>
  /** Somebody has ordered it to be rolled back, and that is still to come. */
  rollbackIsDue(id: string): Promise<boolean>
  rollbackOf(mission: string): Promise<Rollback | undefined>
  endRollback(mission: string, verified: boolean): Promise<void>
  freeze(target: string, reason: string): Promise<void>
  openCapa(capa: Capa): Promise<number>
  recordOutcome(outcome: OutcomeRecord): Promise<void>
}

export interface OutcomeRecord {
  readonly mission: string
  readonly outcome: string
  readonly confirmed: boolean | null
  readonly sentence: string
  /** KPI → thousandths of its unit, as the sandbox measured it. */
  readonly predicted: Readonly<Record<string, number | null>>
  readonly live: Readonly<Record<string, number | null>>
}
