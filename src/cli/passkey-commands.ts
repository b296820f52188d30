// grace passkey …: what the words take. What they do is in passkey.ts, loaded when one is said.
import type { Command } from 'commander'
import type { Env } from '../config/env.ts'

export function passkeyCommands(program: Command, env: () => Env, say: (line: string) => void): void {
  const passkey = program.command('passkey').description("members' passkeys")
  passkey
    .command('list', { isDefault: true })
    .description('who has one')
    .action(async () => {
      const { listPasskeysCommand } = await import('./passkey.ts')
      await listPasskeysCommand(env(), say)
    })
  passkey
    .command('forget <member>')
    .description('take away the one that was lost: they make another in the console')
    .requiredOption('--reason <text>', 'why; it is written down')
    .action(async (member: string, { reason }: { reason: string }) => {
      const { forgetPasskeyCommand } = await import('./passkey.ts')
      await forgetPasskeyCommand(env(), member, reason, say)
    })
}
