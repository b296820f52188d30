// grace ledger …: what the words take. What they do is in ledger.ts, loaded when one is said.
import type { Command } from 'commander'
import type { Env } from '../config/env.ts'

export function ledgerCommands(program: Command, env: () => Env, say: (line: string) => void): void {
  const ledger = program.command('ledger').description('the immutable log')
  ledger
    .command('verify')
    .description('go through every entry; name the first that is not what it was')
    .action(async () => {
      const { verifyCommand } = await import('./ledger.ts')
      process.exitCode = (await verifyCommand(env(), say)) ? 0 : 1
    })
  ledger
    .command('key')
    .description('print the public keys that sign its checkpoints, the one of today first')
    .action(async () => {
      const { keyCommand } = await import('./ledger.ts')
      await keyCommand(env(), say)
    })
  ledger
    .command('export <file>')
    .description('write all of it into a file that can be checked without Grace')
    .action(async (file: string) => {
      const { exportCommand } = await import('./ledger.ts')
      await exportCommand(env(), file, say)
    })
  ledger
    .command('prove <mission>')
    .description("write a mission's receipt: its entries, each with its proof")
    .option('--out <file>', 'where to; otherwise M-12.receipt.json')
    .option(
      '--since <checkpoint>',
      'a file with a published checkpoint, or its size: proves that the ledger grew from it; may be repeated',
      (one: string, before: string[]) => [...before, one],
      [] as string[],
    )
    .action(async (mission: string, options: { out?: string; since: string[] }) => {
      const { proveCommand } = await import('./ledger.ts')
      await proveCommand(env(), mission, options, say)
    })
  ledger
    .command('redact <entry>')
    .description("take people's words out of an entry; the ledger still commits to them and stays whole")
    .requiredOption('--reason <text>', 'why; it is written down')
    .action(async (entry: string, { reason }: { reason: string }) => {
      const { redactCommand } = await import('./ledger.ts')
      await redactCommand(env(), entry, reason, say)
    })
}
