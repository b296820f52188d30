import { hasConfusables } from 'anti-trojan-source'
import type { FileChange } from '../candidate/diff.ts'
import { type Check, failIfAny } from '../checks/check.ts'
import { asEvidence, type Finding } from './finding.ts'
import { findSecrets } from './secrets.ts'

/** Findings in these lines only: a change answers for what it adds. */
async function scan(path: string, lines: FileChange['added']): Promise<Finding[]> {
  const text = lines.map((line) => line.text).join('\n')
  const secrets = (await findSecrets(path, text)).map((f) => ({
    ...f,
    line: lines[f.line - 1]?.number ?? f.line,
  }))
  const trojan = lines
    .filter((line) => hasConfusables({ sourceText: line.text }))
    .map(
      (line): Finding => ({
        rule: 'trojan-source',
        severity: 'critical',
        path,
        line: line.number,
        what: 'trojan source: hidden or reordering characters',
      }),
    )
  return [...secrets, ...trojan]
}

/** What the change adds, and what it takes away. */
export async function scanChanges(
  changes: readonly FileChange[],
): Promise<{ added: Finding[]; removed: Finding[] }> {
  const text = changes.filter((file) => !file.binary)
  const added = await Promise.all(text.map((file) => scan(file.path, file.added)))
  const removed = await Promise.all(text.map((file) => scan(file.oldPath, file.removed)))
  return { added: added.flat(), removed: removed.flat() }
}

export const securityScan: Check = {
  id: 'security_scan',
  family: 'security',
  title: 'Security scan',
  looksAt: 'secrets and trojan source in added lines',
  notYetChecked: ["SARIF of the target's own scanners"],
  async ask({ candidate }) {
    const { added } = await scanChanges(candidate.changes)
    return failIfAny(
      added.map(asEvidence),
      'The scan found',
      'No secret and no trojan source in the added lines.',
    )
  },
}
