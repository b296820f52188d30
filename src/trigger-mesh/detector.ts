// A detector looks at what is known of a target and may find something to improve. Pure: one file each.
import type { Target } from '../config/config.ts'
import type { DETECTORS } from '../config/schema.ts'
import type { PastWindow } from '../monitoring/history.ts'
import type { CoverageReading, Sample } from '../monitoring/samples.ts'
import type { Finding } from './opportunity.ts'

export interface Sight {
  readonly target: Target
  readonly at: Date
  /** Live traffic in the target's window, oldest first. */
  readonly samples: readonly Sample[]
  /** The same of ten minutes at least. */
  readonly recent: readonly Sample[]
  /** Windows of five minutes of the last two weeks, oldest first. */
  readonly history: readonly PastWindow[]
  readonly coverage: CoverageReading | undefined
}

export interface Detector {
  readonly name: (typeof DETECTORS)[number]
  look(sight: Sight): Finding | undefined
}
