import { type Check, pass, targetLacks } from '../checks/check.ts'

export const approvalRequirements: Check = {
  id: 'approval_requirements',
  family: 'governance',
  title: 'Approval requirements',
  looksAt: 'the rule that applies, and whether enough people may approve',
  notYetChecked: ['rules by risk'],
  ask({ electorate, policy }) {
    if (electorate.eligible === 0)
      return targetLacks('Nobody may vote on this target: an empty electorate approves nothing.')
    if (electorate.mayApprove < policy.minApprovals)
      return targetLacks(
        `${policy.minApprovals} approvals are needed and only ${electorate.mayApprove} people may approve.`,
      )
    return pass(
      `Needs ${policy.minApprovals === 1 ? '1 approval' : `${policy.minApprovals} approvals`}; ${electorate.mayApprove === 1 ? '1 person' : `${electorate.mayApprove} people`} may approve${electorate.selfApproval ? '; self-approved, as only one person is eligible' : ''}.`,
    )
  },
}
