// One tool of the target's own that writes SARIF or ESLint's JSON, on one side.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type LintFinding, readLint } from './readers/lint-report.ts'
import type { Room } from './room.ts'
import { findingsInRepository, mountOf } from './working-directory.ts'

/** `key`: where it stands in grace.yaml. Refuses where no report that can be read came of it. */
export async function findingsOn(
  room: Room,
  target: Target,
  tool: NonNullable<Target['lint']>,
  key: string,
): Promise<LintFinding[]> {
  // One that lies there already is nobody's finding.
  await room.run({ command: ['rm', '-rf', '--', tool.report] })
  const receipt = await room.run({
    command: tool.command,
    environment: target.environment,
    collect: [tool.report],
  })
  const text = receipt.ended === 'exit' ? receipt.files[tool.report] : undefined
  if (text === undefined)
    throw new Refusal(
      'invalid',
      'no_findings_report',
      `${key} wrote no report (${tool.report}): ${receipt.output.trim().slice(-300)}`,
      `Check command and report of ${key} in grace.yaml: the command has to write SARIF or ESLint’s JSON there.`,
    )
  return findingsInRepository(target, readLint(text, mountOf(target)))
}
