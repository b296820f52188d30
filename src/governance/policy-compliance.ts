import picomatch from 'picomatch'
import { sizeOf } from '../candidate/diff.ts'
import { type Check, type Evidence, fail, pass } from '../checks/check.ts'

/** How long the answer holds: a freeze may begin at any time, so it is asked again before unlock. */
const HOLDS_MS = 10 * 60_000

export const policyCompliance: Check = {
  id: 'policy_compliance',
  family: 'governance',
  title: 'Policy compliance',
  looksAt: 'size of the change, forbidden paths, change freeze',
  notYetChecked: ['error budget', 'protected paths that need their owners'],
  ask({ candidate, policy }) {
    const { added, removed } = sizeOf(candidate.changes)
    const found: Evidence[] = []
    if (added + removed > policy.maxChangedLines)
      found.push({
        at: 'diff',
        what: `${added + removed} changed lines, at most ${policy.maxChangedLines} are allowed`,
      })
    const forbidden = picomatch([...policy.forbiddenPaths], { dot: true })
    for (const file of candidate.changes)
      for (const path of new Set([file.path, file.oldPath]))
        if (forbidden(path)) found.push({ at: path, what: 'a path that missions may not touch' })
    if (policy.freeze) found.push({ at: 'policy', what: `change freeze: ${policy.freeze}` })
    if (found.length > 0)
      return {
        ...fail(found.map((f) => `${f.what} (${f.at})`).join('; '), found),
        // Only a freeze ends by itself.
        ...(policy.freeze ? { validForMs: HOLDS_MS } : {}),
      }
    return pass(`${added + removed} changed lines in allowed paths, no freeze.`, { validForMs: HOLDS_MS })
  },
}
