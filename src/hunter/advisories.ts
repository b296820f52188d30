// Those who know of vulnerabilities: a port, as they are elsewhere.
import type { Answer, Package } from '../checks/advisories.ts'

export interface Advisories {
  /** Every package in one question. */
  of(packages: readonly Package[]): Promise<Answer>
}
