// Packages that the lock files of a branch bring in, and that advisories speak of: a finding for each package.
import type { Advisory } from '../../checks/advisories.ts'
import type { Finding } from '../opportunity.ts'

/** As GitHub's advisory database ranks them; what nobody ranked counts as moderate. */
const RANK: Readonly<Record<string, number>> = { critical: 4, high: 3, moderate: 2, medium: 2, low: 1 }
const rankOf = ({ severity }: Advisory): number => RANK[severity.toLowerCase()] ?? 2

export const VULNERABILITIES = 'vulnerabilities'

export function vulnerablePackages(target: string, source: string, found: readonly Advisory[]): Finding[] {
  const byPackage = Map.groupBy(found, ({ of }) => `${of.ecosystem} ${of.name}`)
  return [...byPackage.values()]
    .map((advisories) => {
      const [{ of }] = advisories as [Advisory]
      const worst = advisories.toSorted((a, b) => rankOf(b) - rankOf(a))
      const versions = [...new Set(advisories.map((one) => one.of.version))]
      const ids = worst.map(({ id, severity }) => `${id} (${severity})`).join(', ')
      return {
        target,
        detector: VULNERABILITIES,
        fields: { ecosystem: of.ecosystem, package: of.name },
        title: `Update ${of.name} in ${target}: ${worst[0]!.id}`,
        summary: `${of.name} ${versions.join(', ')} has known vulnerabilities: ${ids}`,
        rationale: worst.map(({ id, title }) => `${id}: ${title}`).join('\n'),
        evidence: {
          ecosystem: of.ecosystem,
          package: of.name,
          versions,
          advisories: worst.map(({ id, severity, title }) => ({ id, severity, title })),
          source,
        },
        magnitude: worst.reduce((sum, one) => sum + rankOf(one), 0),
        claims: [{ kind: 'no_harm' as const }],
      }
    })
    .sort((a, b) => b.magnitude - a.magnitude)
}
