import type { Package } from '../checks/advisories.ts'
import { type Check, failIfAny, notApplicable, pass, unknown } from '../checks/check.ts'
import { DEPENDENCIES } from './files/changed-packages.ts'
import { asEvidence } from './finding.ts'
import { ABOUT_DEPENDENCIES } from './malicious-code.ts'
import { notLookedAt } from './security-scan.ts'

const nameOf = ({ ecosystem, name, version }: Package): string =>
  `${name}@${version}${ecosystem === 'npm' ? '' : ` (${ecosystem})`}`

/** An advisory may come any time: asked again before unlock. */
const HOLDS_MS = 10 * 60_000

export const noVulnerabilities: Check = {
  id: 'no_vulnerabilities',
  family: 'security',
  title: 'No vulnerabilities',
  looksAt: 'where changed packages come from, whether they can be exchanged, and the advisories about them',
  notYetChecked: ['packages of Bundler and Bun'],
  async ask({ candidate, hunter, packages, advisories }) {
    const touched = candidate.changes.filter(
      (file) => DEPENDENCIES.test(file.path) || DEPENDENCIES.test(file.oldPath),
    )
    if (touched.length === 0) return notApplicable('No manifest and no lock file changes.')
    const scan = await hunter()
    const found = scan.added.filter((one) => one.grade === 'block' && ABOUT_DEPENDENCIES.has(one.rule))
    if (found.length > 0)
      return failIfAny(found.map(asEvidence), 'The lock file was tampered with, or is not safe', '')
    const unseen = notLookedAt(scan.unread.filter(({ path }) => touched.some((file) => file.path === path)))
    if (unseen) return unseen
    const { packages: changed, unread } = packages()
    if (unread.length > 0)
      return unknown(
        `${unread.join(', ')} can't be read here, so nobody knows which packages change: not checked is not passed.`,
      )
    if (changed.length === 0)
      return pass(`${touched.map((file) => file.path).join(', ')} changes; no package does.`, {
        validForMs: HOLDS_MS,
      })
    const answer = await advisories(changed)
    const which = changed.length === 1 ? nameOf(changed[0]!) : `${changed.length} changed packages`
    if (!answer.answered)
      return {
        ...unknown(`Advisories about ${which} were not checked: ${answer.why}. Not checked is not passed.`),
        validForMs: HOLDS_MS,
      }
    const known = answer.found.map((one) => ({
      at: nameOf(one.of),
      what: `${one.id} (${one.severity}): ${one.title}`,
    }))
    return {
      ...failIfAny(known, 'Known vulnerabilities', `${answer.source} knows of no vulnerability in ${which}.`),
      validForMs: HOLDS_MS,
    }
  },
}
