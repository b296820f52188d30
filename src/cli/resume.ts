import type { Env } from '../config/env.ts'
import { missing } from '../kernel/refusal.ts'
import { COMMAND_LINE, withDatabase } from './with-database.ts'

/** Only people lift a freeze; what is recorded of it stays in the ledger. */
export async function resumeCommand(env: Env, target: string, say: (line: string) => void): Promise<void> {
  await withDatabase(env, ({ transact }) =>
    transact(async ({ freezes, ledger }) => {
      if (!(await freezes.lift(target))) throw missing('freeze', target, 'Nothing has to be lifted.')
      await ledger.append([{ kind: 'TargetResumed', actor: COMMAND_LINE, facts: { target } }])
    }),
  )
  say(`${target} is no longer frozen.`)
}
