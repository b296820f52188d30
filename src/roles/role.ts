// What a Grace process can be. `up` is all of it in one.

import type { OwnMetrics } from '../../adapters/metrics/own-metrics.ts'
import type { JobBackend } from '../../jobs/backend.ts'
import type { Platform } from '../chat/person.ts'
import type { Database, Ground, Logger, Parts } from '../compose.ts'
import type { Health } from '../health/health.ts'

export const ROLES = ['web', 'bot', 'worker'] as const
export type Role = (typeof ROLES)[number]

/** What every role of a process shares. */
export interface Common {
  readonly ground: Ground
  readonly database: Database
  readonly parts: Parts
  readonly backend: JobBackend
  readonly metrics: OwnMetrics
  readonly log: Logger
  /** One line of the story. */
  readonly say: (line: string) => void
  health(): Promise<Health>
  /** Platforms that cards are posted to, by this process or by another one. */
  readonly platforms: ReadonlySet<Platform>
  /** Ends before everything that was started earlier. */
  onStop(end: () => Promise<unknown>): void
}
