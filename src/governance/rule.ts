// Risk decides the rule of the vote: it may ask for more than the target's own, never for less.
import type { CheckResult } from '../checks/ask.ts'
import type { RiskLevel } from './risk.ts'

export interface ApprovalRule {
  readonly minApprovals: number
  /** One of them has to approve; empty: nobody in particular. */
  readonly owners: readonly string[]
}

/** `2 approvals, one of them by ada or ben` */
export const ruleInWords = ({ minApprovals, owners }: ApprovalRule): string =>
  `${minApprovals === 1 ? '1 approval' : `${minApprovals} approvals`}${owners.length > 0 ? `, one of them by ${owners.join(' or ')}` : ''}`

const APPROVALS_FOR_HIGH = 2

export const ruleOf = (risk: RiskLevel, minApprovals: number, owners: readonly string[]): ApprovalRule => ({
  minApprovals:
    risk === 'high' || risk === 'critical' ? Math.max(minApprovals, APPROVALS_FOR_HIGH) : minApprovals,
  owners: risk === 'critical' ? [...owners].sort() : [],
})

/** The rule that was decided with the verdicts. Where it was not, the check is unknown and nothing unlocks anyway. */
export function ruleDecided(
  checks: readonly CheckResult[],
  ofTarget: number,
): ApprovalRule & { readonly risk: string } {
  const facts = checks.find(({ id }) => id === 'approval_requirements')?.facts
  const { min_approvals: minApprovals, owners_needed: isNeeded, owners, risk } = facts ?? {}
  if (typeof minApprovals !== 'number' || !Array.isArray(owners) || typeof risk !== 'string')
    return { minApprovals: ofTarget, owners: [], risk: 'unknown' }
  return { minApprovals, owners: isNeeded ? owners : [], risk }
}

/** Whether what was enough by one rule may be too little by the other. */
export const isStricter = (now: ApprovalRule, before: ApprovalRule): boolean =>
  now.minApprovals > before.minApprovals ||
  (now.owners.length > 0 &&
    (before.owners.length === 0 || before.owners.some((owner) => !now.owners.includes(owner))))
