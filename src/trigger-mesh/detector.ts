// A detector looks at what is known of a target and may find something to improve. Pure: one file each.
import type { Target } from '../config/config.ts'
import type { Sample } from '../monitoring/samples.ts'
import type { Finding } from './opportunity.ts'

export interface Sight {
  readonly target: Target
  /** Live traffic in the detectors' window, oldest first. */
  readonly samples: readonly Sample[]
  readonly coverage: { readonly commit: string; readonly percent: number } | undefined
}

export interface Detector {
  readonly name: Target['playbooks'][number]['on']
  look(sight: Sight): Finding | undefined
}
