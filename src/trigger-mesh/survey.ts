// What detectors find in a repository rather than in its traffic: looked for now and then, and kept until the next look.
import type { Finding } from './opportunity.ts'

export interface Survey {
  readonly target: string
  readonly detector: string
  readonly commit: string
  readonly findings: readonly Finding[]
}

export interface Surveys {
  /** In the place of the last one of that detector. */
  keep(survey: Survey): Promise<void>
  of(target: string): Promise<readonly Survey[]>
}
