import { type Check, type Evidence, fail, pass } from '../checks/check.ts'

const HOLDS_MS = 10 * 60_000

export const resourceLimits: Check = {
  id: 'resource_limits',
  family: 'governance',
  title: 'Resource limits',
  looksAt: 'sandbox minutes, open missions of the target, executions in a day',
  notYetChecked: ['budgets per proposer'],
  ask({ sandbox, policy, target }) {
    const over: Evidence[] = []
    const limit = (what: string, is: number, most: number) => {
      if (is > most) over.push({ at: 'policy', what: `${what}: ${is} of at most ${most}` })
    }
    limit('sandbox minutes', Math.round(sandbox.minutes * 10) / 10, policy.sandboxMinutes)
    limit('open missions', target.openMissions, policy.maxOpenMissions)
    limit('executions in 24 hours', target.executionsLastDay, policy.maxExecutionsPerDay)
    if (over.length > 0) return { ...fail(over.map((o) => o.what).join('; '), over), validForMs: HOLDS_MS }
    return pass(
      `${sandbox.minutes.toFixed(1)} sandbox minutes, ${target.openMissions} open missions, ${target.executionsLastDay} executions in 24 hours.`,
      { validForMs: HOLDS_MS },
    )
  },
}
