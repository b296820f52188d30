// The target's own linters on both sides. That they find something is no failure; that they say nothing readable is.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type LintFinding, readLint } from './readers/lint-report.ts'
import type { Room } from './room.ts'
import { findingsInRepository, mountOf } from './working-directory.ts'

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
  const on = async (room: Room): Promise<LintFinding[]> => {
    const receipt = await room.run({
      command: lint.command,
      environment: target.environment,
      collect: [lint.report],
    })
    const text = receipt.ended === 'exit' ? receipt.files[lint.report] : undefined
    if (text === undefined)
      throw new Refusal(
        'invalid',
        'lint_failed',
        `The linters wrote no report (${lint.report}): ${receipt.output.trim().slice(-300)}`,
        'Check lint.command and lint.report in grace.yaml: the command has to write SARIF or ESLint’s JSON there.',
      )
    return findingsInRepository(target, readLint(text, mountOf(target)))
  }
  const baseline = await on(rooms.baseline)
  const candidate = await on(rooms.candidate).catch((error: unknown) => {
    if (error instanceof Refusal) return null
    throw error
  })
  return { baseline, candidate }
}
