import picomatch from 'picomatch'
import { sizeOf } from '../candidate/diff.ts'
import { CODEOWNERS_PATHS } from './codeowners.ts'
import { governanceCheck } from './governance-check.ts'

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export const policyCompliance = governanceCheck({
  id: 'policy_compliance',
  title: 'Policy compliance',
  looksAt:
    'size of the change, forbidden and protected paths, change freeze, error budget, and your own policies',
  notYetChecked: [],
  facts({ now, candidate, mission, policy, target }) {
    const { files, added, removed } = sizeOf(candidate.changes)
    const paths = [...new Set(candidate.changes.flatMap((file) => [file.path, file.oldPath]))].sort()
    const touched = (patterns: readonly string[]) => {
      const match = picomatch([...patterns], { dot: true })
      return paths.filter((path) => match(path))
    }
    const { errorBudget } = target
    return {
      paths,
      changed_files: files,
      changed_lines: added + removed,
      max_changed_lines: policy.maxChangedLines,
      forbidden_paths: touched(policy.forbiddenPaths),
      // Who owns what is no ordinary change.
      protected_paths: touched([...policy.protectedPaths, ...CODEOWNERS_PATHS]),
      frozen: policy.freeze !== null,
      freeze: policy.freeze ?? '',
      error_budget_spent: errorBudget !== null && errorBudget.errors > errorBudget.allowed,
      claims: mission.claims.flatMap((claim) => (claim.kind === 'kpi' ? [claim.kpi] : [])),
      weekday: WEEKDAYS[now.getUTCDay()]!,
      hour_utc: now.getUTCHours(),
    }
  },
  passed: ({ changed_lines }, { target: { errorBudget } }) =>
    `${changed_lines} changed lines in allowed paths, no freeze${errorBudget ? `, ${errorBudget.errors} failed requests in 24 hours of ${errorBudget.allowed} that the objective allows` : ''}.`,
})
