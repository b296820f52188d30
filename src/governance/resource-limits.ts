import { governanceCheck } from './governance-check.ts'

export const resourceLimits = governanceCheck({
  id: 'resource_limits',
  title: 'Resource limits',
  looksAt: 'sandbox minutes, open missions of the target and of the proposer, executions in a day',
  notYetChecked: [],
  facts: ({ sandbox, policy, target }) => ({
    sandbox_seconds: Math.ceil(sandbox.minutes * 60),
    max_sandbox_seconds: policy.sandboxMinutes * 60,
    open_missions: target.openMissions,
    max_open_missions: policy.maxOpenMissions,
    open_missions_of_proposer: target.openMissionsOfProposer,
    max_open_missions_of_proposer: policy.maxOpenMissionsOfProposer,
    executions_last_day: target.executionsLastDay,
    max_executions_per_day: policy.maxExecutionsPerDay,
  }),
  passed: (of) =>
    `${of.sandbox_seconds} s in the sandbox, ${of.open_missions} open missions (${of.open_missions_of_proposer} of this proposer), ${of.executions_last_day} executions in 24 hours.`,
})
