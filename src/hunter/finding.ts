// The security score, and findings as evidence.
import type { Finding } from '../checks/scan.ts'

const POINTS = 40

/** 100 less 40 points for each finding that blocks, never below 0 (docs/trust.md). */
export const securityScore = (findings: readonly Finding[]): number =>
  Math.max(0, 100 - POINTS * findings.filter(({ grade }) => grade === 'block').length)

export const asEvidence = (f: Finding) => ({ at: `${f.path}:${f.line}`, what: f.what })
