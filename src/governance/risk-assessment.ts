import { governanceCheck } from './governance-check.ts'
import { riskOf } from './risk.ts'
import { ruleInWords, ruleOf } from './rule.ts'

export const riskAssessment = governanceCheck({
  id: 'risk_assessment',
  title: 'Risk assessment',
  looksAt:
    'paths, size, areas, migrations, dependencies, roll-back, track record; the risk decides the rule of the vote',
  notYetChecked: [],
  facts({ candidate, target }) {
    const { level, points, factors } = riskOf(candidate.changes, target.hasRollback, target.record)
    return {
      risk: level,
      risk_points: points,
      factors: factors.map(({ what, points }) => `${what} (+${points})`),
      paths: [...new Set(candidate.changes.map(({ path }) => path))].sort(),
      has_rollback: target.hasRollback,
    }
  },
  passed({ risk, factors }, { policy, electorate }) {
    const rule = ruleOf(risk, policy.minApprovals, electorate.owners)
    const because = factors.join(', ') || 'no risk factor'
    return `Risk is ${risk}: ${because}. It needs ${ruleInWords(rule)}.`
  },
})
