// Those who know of vulnerabilities, asked in turn until each package has an answer: the npm registry, OSV, and what was
// imported (grace advisories import).
import type { Advisory, Package } from '../../src/checks/advisories.ts'
import type { Advisories } from '../../src/hunter/advisories.ts'
import { npmAdvisories } from './npm.ts'
import { osvAdvisories } from './osv.ts'

/** Answers for packages of the kinds that it knows; throws where it can't be reached. */
export interface Source {
  readonly name: string
  knows(of: Package): boolean
  of(packages: readonly Package[]): Promise<readonly Advisory[]>
}

export interface Places {
  readonly npm: string
  readonly osv: string
}
export const PUBLIC: Places = { npm: 'https://registry.npmjs.org', osv: 'https://api.osv.dev' }

export const advisoriesFrom = (sources: readonly Source[]): Advisories => ({
  async of(packages) {
    let left = [...packages]
    const found: Advisory[] = []
    const answered: string[] = []
    const failed: string[] = []
    for (const source of sources) {
      const its = left.filter((one) => source.knows(one))
      if (its.length === 0) continue
      try {
        found.push(...(await source.of(its)))
        answered.push(source.name)
        left = left.filter((one) => !its.includes(one))
      } catch (error) {
        failed.push(`${source.name}: ${(error as Error).message}`)
      }
    }
    if (left.length > 0)
      return { answered: false, why: failed.join('; ') || 'nobody knows of packages of this kind' }
    return { answered: true, source: answered.join(' and '), found }
  },
})

export const onlineSources = (places: Places = PUBLIC): Source[] => [
  npmAdvisories(places.npm),
  osvAdvisories(places.osv),
]
