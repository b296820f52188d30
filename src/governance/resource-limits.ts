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
    const limit = (what: string, is: number, most: number, isOver = is > most) => {
      if (isOver) over.push({ at: 'policy', what: `${what}: ${is} of at most ${most}` })
    }
    limit('sandbox minutes', Math.round(sandbox.minutes * 10) / 10, policy.sandboxMinutes)
    const forGood = over.length > 0
    limit('open missions', target.openMissions, policy.maxOpenMissions)
    const { executionsLastDay, openMissions } = target
    const { maxExecutionsPerDay } = policy
    // This one would be one more.
    limit(
      'executions in 24 hours',
      executionsLastDay,
      maxExecutionsPerDay,
      executionsLastDay >= maxExecutionsPerDay,
    )
    const why = `${over.map((one) => one.what).join('; ')}.`
    if (over.length > 0) return { ...fail(why, over), ...(forGood ? {} : { validForMs: HOLDS_MS }) }
    return pass(
      `${sandbox.minutes.toFixed(1)} sandbox minutes, ${openMissions} open missions, ${executionsLastDay} executions in 24 hours.`,
      { validForMs: HOLDS_MS },
    )
  },
}
