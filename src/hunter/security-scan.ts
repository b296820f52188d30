import { type Check, failIfAny, unknown } from '../checks/check.ts'
import type { Finding, Scan } from '../checks/scan.ts'
import { asEvidence } from './finding.ts'

/** Rules that look at text, whatever language it is in. */
const IN_TEXT = new Set(['secret', 'trojan-source'])
export const isInText = ({ rule }: Pick<Finding, 'rule'>): boolean => IN_TEXT.has(rule)

/** Files that nobody looked at answer nothing. */
export const notLookedAt = (unread: Scan['unread']) =>
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
    const unread = notLookedAt(scan.unread.filter(({ of }) => of === 'everything'))
    if (found.length === 0 && unread) return unread
    return failIfAny(
      found.map(asEvidence),
      'The scan found',
      'No secret and no trojan source in the added lines.',
    )
  },
}
