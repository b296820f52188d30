import { digestOf, type Json } from '../kernel/digest.ts'
import type { Claim } from '../trust/claim.ts'

/** What a detector found, before it is known whether it was found before. */
export interface Finding {
  readonly target: string
  readonly detector: string
  /** What makes two findings the same one; shown on the mission. */
  readonly fields: Readonly<Record<string, string>>
  readonly title: string
  readonly summary: string
  readonly rationale: string
  readonly evidence: Readonly<Record<string, Json>>
  readonly claims: readonly Claim[]
}

export const fingerprintOf = (finding: Pick<Finding, 'target' | 'detector' | 'fields'>): string =>
  digestOf({ target: finding.target, detector: finding.detector, fields: finding.fields })

export interface Opportunity {
  readonly id: string
  readonly target: string
  readonly detector: string
  readonly fingerprint: string
  readonly fields: Readonly<Record<string, string>>
  readonly summary: string
  readonly evidence: Readonly<Record<string, Json>>
  readonly seen: number
}

export interface Opportunities {
  /** The open one with this fingerprint, seen once more; or a new one (`isNew`). */
  report(opportunity: Omit<Opportunity, 'seen'>): Promise<{ opportunity: Opportunity; isNew: boolean }>
  find(id: string): Promise<Opportunity | undefined>
  close(id: string): Promise<void>
}
