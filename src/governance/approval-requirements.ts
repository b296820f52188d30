import { governanceCheck } from './governance-check.ts'
import { riskOf } from './risk.ts'
import { ruleInWords, ruleOf } from './rule.ts'

export const approvalRequirements = governanceCheck({
  id: 'approval_requirements',
  title: 'Approval requirements',
  looksAt: 'the rule that applies, and whether enough people may approve',
  notYetChecked: [],
  facts({ candidate, target, policy, electorate }) {
    const { level } = riskOf(candidate.changes, target.hasRollback, target.record)
    const { minApprovals, owners } = ruleOf(level, policy.minApprovals, electorate.owners)
    return {
      eligible: electorate.eligible,
      may_approve: electorate.mayApprove,
      min_approvals: minApprovals,
      risk: level,
      owners_needed: owners.length > 0,
      owners,
      owners_who_may_approve: electorate.ownersWhoMayApprove,
      self_approved: electorate.selfApproval,
    }
  },
  passed: ({ min_approvals, may_approve, owners, self_approved }) =>
    `Needs ${ruleInWords({ minApprovals: min_approvals, owners })}; ${may_approve === 1 ? '1 person' : `${may_approve} people`} may approve${self_approved ? '; self-approved, as only one person is eligible' : ''}.`,
})
