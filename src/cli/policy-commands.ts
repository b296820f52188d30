// grace policy …: what the words take. What they do is in policy.ts, loaded when one is said.
import type { Command } from 'commander'
import type { Env } from '../config/env.ts'

export function policyCommands(program: Command, env: () => Env, say: (line: string) => void): void {
  const policy = program
    .command('policy')
    .description('the governance policies of grace.yaml, tried before a start activates them')
  policy
    .command('show')
    .description('print what is in force, and what policies may speak of')
    .action(async () => {
      const { showPolicies } = await import('./policy.ts')
      await showPolicies(env(), say)
    })
  policy
    .command('test')
    .description('run the policy_cases of grace.yaml')
    .action(async () => {
      const { testPolicies } = await import('./policy.ts')
      process.exitCode = (await testPolicies(env(), say)) ? 0 : 1
    })
  policy
    .command('backtest')
    .description('what the policies of this grace.yaml would have decided about past missions')
    .action(async () => {
      const { backtestCommand } = await import('./policy.ts')
      await backtestCommand(env(), say)
    })
}
