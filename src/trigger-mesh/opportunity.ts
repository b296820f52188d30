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
  /** How bad it is, in a unit of the detector's own, more being worse. After a no it returns only when it is worse. */
  readonly magnitude: number
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

/** How a mission that a detector opened ended; null = it has not. */
export interface Ending {
  readonly mission: number
  readonly outcome: string | null
  readonly endedAt: Date | null
  readonly magnitude: number
}

export interface Opportunities {
  /** The open one with this fingerprint, with its mission's number. */
  open(fingerprint: string): Promise<{ readonly id: string; readonly mission: number } | undefined>
  /** Seen once more, or a new one (`isNew`). */
  report(
    opportunity: Omit<Opportunity, 'seen'> & { readonly magnitude: number },
  ): Promise<{ opportunity: Opportunity; isNew: boolean }>
  find(id: string): Promise<Opportunity | undefined>
  close(id: string): Promise<void>
  /** The last closed one with this fingerprint. */
  lastEnding(fingerprint: string): Promise<Ending | undefined>
  /** Of a target's missions that detectors opened, the newest first. */
  endings(target: string, most: number): Promise<readonly Ending[]>
}
