// The commands with which a person takes part from a terminal. What they do is loaded when one of them is said.
import type { Command } from 'commander'
import type { Env } from '../config/env.ts'
import type { Proposing } from './missions.ts'

export function takePart(program: Command, env: () => Env, say: (line: string) => void): void {
  program
    .command('missions [words...]')
    .description(
      'what /missions does in chat: list, show M-1, why M-1, feedback M-1 …; without words, the list',
    )
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .option('--page <number>', 'where a long list goes on')
    .action(async (words: string[], options: { member?: string; page?: string }) => {
      const { missionsCommand } = await import('./missions.ts')
      await missionsCommand(env(), words, options, say)
    })
  program
    .command('propose <title>')
    .description('open a mission with a change: a branch of the target, or a patch in a file')
    .requiredOption('--rationale <text>', 'why')
    .option('--target <name>', 'a target of grace.yaml; may be left out where there is only one')
    .option('--ref <branch>', "a branch, tag or commit of the target's repository")
    .option('--patch <file>', 'a unified diff, as "git diff" prints it')
    .option(
      '--claim <text>',
      'what it improves: "latency 5", or "performance 10 bench/parse.mjs" with a bench that it brings; without it, no harm',
    )
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .action(async (title: string, options: Proposing) => {
      const { proposeCommand } = await import('./missions.ts')
      await proposeCommand(env(), title, options, say)
    })
  program
    .command('attach <mission>')
    .description('bring the change of a mission that has none, or a better one')
    .option('--ref <branch>', "a branch, tag or commit of the target's repository")
    .option('--patch <file>', 'a unified diff, as "git diff" prints it')
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .action(async (mission: string, options: Pick<Proposing, 'ref' | 'patch' | 'member'>) => {
      const { attachCommand } = await import('./missions.ts')
      await attachCommand(env(), mission, options, say)
    })
  program
    .command('vote <mission> <vote>')
    .description('approve, reject, abstain or withdrawn; the receipt says what became of it')
    .option('--reason <text>', 'why; a reject needs one')
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .option('--confirmed', 'you have read what a high risk sets in motion')
    .action(
      async (
        mission: string,
        vote: string,
        options: { reason?: string; member?: string; confirmed?: boolean },
      ) => {
        const { voteCommand } = await import('./missions.ts')
        process.exitCode = (await voteCommand(env(), mission, vote, options, say)) ? 0 : 1
      },
    )
  program
    .command('stop <reason>')
    .description('nothing goes live anywhere any more; what is live can still be rolled back')
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .action(async (reason: string, { member }: { member?: string }) => {
      const { stopCommand } = await import('./missions.ts')
      await stopCommand(env(), ['stop', reason], member, say)
    })
  program
    .command('lift')
    .description('say that a stop may end; more than half of the voters have to')
    .option('--member <id>', 'who you are; may be left out where there is only one member')
    .action(async ({ member }: { member?: string }) => {
      const { stopCommand } = await import('./missions.ts')
      await stopCommand(env(), ['lift'], member, say)
    })
}
