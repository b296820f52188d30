import { type Check, type Evidence, failIfAny, pass, unknown } from '../checks/check.ts'
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

/** Points for people that are kept. */
const MOST_POINTS = 20
const said = ({ at, what }: Evidence): Evidence => ({ at, what })

export const securityScan: Check = {
  id: 'security_scan',
  family: 'security',
  title: 'Security scan',
  looksAt: "secrets and trojan source in added lines; what the target's own scanners find on the change only",
  notYetChecked: [],
  async ask({ hunter, sandbox }) {
    const scan = await hunter()
    const found = scan.added.filter((one) => one.grade === 'block' && isInText(one))
    const unread = notLookedAt(scan.unread.filter(({ of }) => of === 'everything'))
    const theirs = sandbox.scanners.flatMap(({ scanner, added }) =>
      (added ?? []).map((one) => ({
        ...one,
        at: `${one.path}:${one.line}`,
        what: `${one.rule} (${scanner})`,
      })),
    )
    const stopping = [
      ...found.map(asEvidence),
      ...theirs.filter(({ severity }) => severity === 'error').map(said),
    ]
    if (stopping.length > 0) return failIfAny(stopping, 'The scan found', '')
    if (unread) return unread
    const silent = sandbox.scanners.find(({ added }) => added === null)
    if (silent)
      return unknown(
        `${silent.scanner} gave no report of the changed code: what is not looked at is not passed.`,
      )
    return pass(
      `No secret and no trojan source in the added lines${sandbox.scanners.length > 0 ? `, and nothing new that ${sandbox.scanners.map(({ scanner }) => scanner).join(', ')} would stop` : ''}.`,
      { evidence: theirs.slice(0, MOST_POINTS).map(said) },
    )
  },
}
