import { type Check, fail, pass } from '../checks/check.ts'
import { riskOf } from './risk.ts'

/** High and critical risk ask for two approvals by the target's own rule. */
const APPROVALS_FOR_HIGH = 2

export const riskAssessment: Check = {
  id: 'risk_assessment',
  family: 'governance',
  title: 'Risk assessment',
  looksAt: 'paths, size, migrations, dependencies, roll-back',
  notYetChecked: ['blast radius', 'track record', 'approval by named owners for critical risk'],
  ask({ candidate, target, policy }) {
    const risk = riskOf(candidate.changes, target.hasRollback)
    const evidence = risk.factors.map((factor) => ({
      at: 'diff',
      what: `${factor.what} (+${factor.points})`,
    }))
    const because = risk.factors.map((factor) => factor.what).join(', ') || 'no risk factor'
    if ((risk.level === 'high' || risk.level === 'critical') && policy.minApprovals < APPROVALS_FOR_HIGH)
      return fail(
        `Risk is ${risk.level} (${because}), which needs ${APPROVALS_FOR_HIGH} approvals; this target's rule asks for ${policy.minApprovals}.`,
        evidence,
      )
    return pass(`Risk is ${risk.level}: ${because}.`, { evidence })
  },
}
