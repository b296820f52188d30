import { eq } from 'drizzle-orm'
import { freezes } from '../../db/schema/index.ts'
import type { Env } from '../config/env.ts'
import { missing } from '../kernel/refusal.ts'
import { withDatabase } from './with-database.ts'

/** Only people lift a freeze; what is recorded of it stays in the ledger. */
export async function resumeCommand(env: Env, target: string, say: (line: string) => void): Promise<void> {
  await withDatabase(env, async ({ db, transact }) => {
    const rows = await db.delete(freezes).where(eq(freezes.target, target)).returning()
    if (rows.length === 0) throw missing('freeze', target, 'Nothing has to be lifted.')
    await transact(({ ledger }) =>
      ledger.append([
        { kind: 'TargetResumed', actor: { kind: 'grace', id: 'command-line' }, facts: { target } },
      ]),
    )
    say(`${target} is no longer frozen.`)
  })
}
