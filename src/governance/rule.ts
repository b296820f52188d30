// Risk decides the rule of the vote: it may ask for more than the target's own, never for less.
import type { RiskLevel } from './risk.ts'

export interface ApprovalRule {
  readonly minApprovals: number
  /** One of them has to approve; empty: nobody in particular. */
  readonly owners: readonly string[]
}

const APPROVALS_FOR_HIGH = 2

export const ruleOf = (risk: RiskLevel, minApprovals: number, owners: readonly string[]): ApprovalRule => ({
  minApprovals:
    risk === 'high' || risk === 'critical' ? Math.max(minApprovals, APPROVALS_FOR_HIGH) : minApprovals,
  owners: risk === 'critical' ? [...owners].sort() : [],
})
