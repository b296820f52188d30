import { type Check, failIfAny, pass, unknown } from '../checks/check.ts'
import type { Finding, Scan } from '../checks/scan.ts'
import { asEvidence } from './finding.ts'

/** Rules that look at text, whatever language it is in. */
const IN_TEXT = new Set(['secret', 'trojan-source'])
export const isInText = ({ rule }: Pick<Finding, 'rule'>): boolean => IN_TEXT.has(rule)

/** Files that nobody looked at answer nothing. */
export const notLookedAt = ({ unread }: Scan) =>
  unread.length === 0
    ? undefined
    : unknown(
        `${unread[0]!.path} could not be looked at (${unread[0]!.why})${unread.length > 1 ? ` and ${unread.length - 1} more` : ''}: what is not looked at is not passed.`,
      )

export const securityScan: Check = {
  id: 'security_scan',
  family: 'security',
  title: 'Security scan',
  looksAt: 'secrets and trojan source in added lines',
  notYetChecked: ["SARIF of the target's own scanners"],
  async ask({ hunter }) {
    const scan = await hunter()
    const found = scan.added.filter((one) => one.grade === 'block' && isInText(one))
    if (found.length === 0) return pass('No secret and no trojan source in the added lines.')
    return failIfAny(found.map(asEvidence), 'The scan found', '')
  },
}
