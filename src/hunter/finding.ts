// What a scan found, and the security score that follows from it.

export type Severity = 'critical' | 'high' | 'medium'

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly path: string
  readonly line: number
  /** Says what, never the secret itself. */
  readonly what: string
}

const POINTS: Readonly<Record<Severity, number>> = { critical: 40, high: 20, medium: 10 }

/** 100 less 40, 20 or 10 points a finding, never below 0 (docs/trust.md). */
export const securityScore = (findings: readonly Finding[]): number =>
  Math.max(0, 100 - findings.reduce((points, f) => points + POINTS[f.severity], 0))

export const asEvidence = (f: Finding) => ({ at: `${f.path}:${f.line}`, what: f.what })
