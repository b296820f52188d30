// What the executor works with: another database login, and the only holder of what can change the live system.

import type { KnownKeys } from '../attestations/verify-release.ts'
import type { Candidates } from '../candidate/draft.ts'
import type { Config } from '../config/config.ts'
import type { Delivery } from '../execution/delivery.ts'
import type { Executions } from '../execution/execution.ts'
import type { Commit, Transact } from '../kernel/work.ts'
import type { Signer } from '../keys/key.ts'
import type { Samples } from '../monitoring/samples.ts'
import type { Authenticators, Passkeys } from '../parliament/passkey.ts'
import type { Sessions } from '../parliament/session.ts'
import type { Opportunities } from '../trigger-mesh/opportunity.ts'
import type { AttestationRecords, EvidenceRecords, Standing } from './context.ts'
import type { Missions } from './mission.ts'

export interface ExecutorStores extends Commit {
  readonly missions: Missions
  readonly candidates: Candidates
  readonly evidence: EvidenceRecords
  readonly opportunities: Opportunities
  readonly sessions: Sessions
  readonly passkeys: Passkeys
  readonly executions: Executions
  readonly attestations: AttestationRecords
  readonly samples: Samples
  readonly standing: Standing
}

export interface Executor {
  readonly transact: Transact<ExecutorStores>
  readonly config: Config
  readonly delivery: Delivery
  /** One at a time acts on what is live of a target, among all processes. */
  alone<T>(target: string, work: () => Promise<T>): Promise<T>
  /** From its own disk, not from the database, and as they are now: the executor verifies signatures itself. */
  known(): Promise<KnownKeys>
  /** Whose signature its commits have. */
  readonly signer: Pick<Signer, 'publicKey'>
  readonly authenticators: Pick<Authenticators, 'asserted'>
}
