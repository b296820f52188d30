// The target's own linters on both sides. That they find something is no failure; that they say nothing readable is.
import type { Target } from '../config/config.ts'
import { unlessRefused } from '../kernel/refusal.ts'
import { findingsOn } from './findings-on.ts'
import type { LintFinding } from './readers/lint-report.ts'
import type { Room } from './room.ts'

export interface LintRuns {
  readonly baseline: readonly LintFinding[]
  /** Null where the linters gave nothing on the candidate. */
  readonly candidate: readonly LintFinding[] | null
}

export async function runLint(
  target: Target,
  rooms: { readonly baseline: Room; readonly candidate: Room },
): Promise<LintRuns | undefined> {
  const { lint } = target
  if (!lint) return undefined
  const on = (room: Room) => findingsOn(room, target, lint, 'lint')
  return { baseline: await on(rooms.baseline), candidate: await unlessRefused(on(rooms.candidate)) }
}
