import { type Check, failIfAny, notApplicable, pass } from '../checks/check.ts'
import { asEvidence } from './finding.ts'
import { isInText, notLookedAt } from './security-scan.ts'

/** Rules whose answer belongs to "No vulnerabilities". */
export const ABOUT_DEPENDENCIES: ReadonlySet<string> = new Set(['lock-file', 'requirements'])
const NO_PROGRAM = /\.(?:sql|md|txt|css|svg|png|jpe?g|gif|ico)$/i

export const noMaliciousCode: Check = {
  id: 'no_malicious_code',
  family: 'security',
  title: 'No malicious code',
  looksAt:
    'what changed programs, scripts and manifests do now and did not do before; for JavaScript, TypeScript and Python by following values',
  notYetChecked: ['other languages than JavaScript, TypeScript, Python and shell'],
  async ask({ candidate, hunter }) {
    const code = candidate.changes.filter((file) => file.kind !== 'deleted')
    if (code.every((file) => NO_PROGRAM.test(file.path)))
      return notApplicable('No program text changes that this looks at.')
    const scan = await hunter()
    const of = scan.added.filter((one) => !isInText(one) && !ABOUT_DEPENDENCIES.has(one.rule))
    const found = of.filter(({ grade }) => grade === 'block')
    if (found.length > 0) return failIfAny(found.map(asEvidence), 'The change does what an attack does', '')
    const unread = notLookedAt(scan.unread)
    if (unread) return unread
    const points = of.slice(0, 20).map(asEvidence)
    return pass(
      points.length === 0
        ? 'Nothing in it does what attacks do, and it gains no new ability.'
        : `Nothing in it does what attacks do. New, and worth a look: ${points[0]!.what} (${points[0]!.at})${of.length > 1 ? ` and ${of.length - 1} more` : ''}.`,
      { evidence: points },
    )
  },
}
