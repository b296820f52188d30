// Playbooks: a command that gets a brief on stdin, evidence files in $GRACE_EVIDENCE, and leaves its change in the tree.
import type { Target } from '../config/config.ts'
import type { Json } from '../kernel/digest.ts'

export type Playbook = Target['playbooks'][number]

/** What a playbook reads as JSON on stdin. */
export interface Brief {
  readonly mission: string
  readonly title: string
  /** Null where people opened the mission. */
  readonly detector: string | null
  readonly evidence: Json
  /** For a revision: what was measured of the change so far, what failed, and the feedback, quoted. */
  readonly revision?: Json
}

export interface Playbooks {
  /** Runs it on the base commit in a sandbox; the patch that it left, empty where it left none. */
  run(
    target: Target,
    playbook: Playbook,
    baseCommit: string,
    brief: Brief,
  ): Promise<{ patch: string; output: string }>
}
