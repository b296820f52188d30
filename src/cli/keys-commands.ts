// grace keys …: what the words take. What they do is in keys.ts, loaded when one is said.
import type { Command } from 'commander'
import type { Env } from '../config/env.ts'

export function keysCommands(program: Command, env: () => Env, say: (line: string) => void): void {
  const keys = program.command('keys').description("Grace's signing keys, one for each purpose")
  keys
    .command('list', { isDefault: true })
    .description('every key there was: what it signs, from when to when')
    .action(async () => {
      const { listKeysCommand } = await import('./keys.ts')
      await listKeysCommand(env(), say)
    })
  keys
    .command('rotate <purpose>')
    .description('make a new key for ledger, attestation or execution; the old one is good for one more day')
    .action(async (purpose: string) => {
      const { rotateCommand } = await import('./keys.ts')
      await rotateCommand(env(), purpose, say)
    })
  keys
    .command('revoke <key>')
    .description('from now on nothing that this key signed is acted on')
    .requiredOption('--reason <text>', 'why; it is written down')
    .action(async (key: string, { reason }: { reason: string }) => {
      const { revokeCommand } = await import('./keys.ts')
      await revokeCommand(env(), key, reason, say)
    })
}
