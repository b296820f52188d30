import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import type { Env } from '../config/env.ts'
import { verifyLedger } from '../ledger/verify.ts'
import { withDatabase } from './with-database.ts'

export async function verifyCommand(env: Env, say: (line: string) => void): Promise<boolean> {
  return withDatabase(env, async ({ db }, { key }) => {
    const result = await verifyLedger(ledgerPagesOn(db), key.signer.publicKey)
    if (result.ok)
      say(
        `The ledger is whole: ${result.size} entries, all under signed checkpoints; ${result.waiting} wait for their number, ${result.redacted} texts are redacted.`,
      )
    else
      say(
        `The ledger is broken at entry ${result.seq}${result.entry ? ` (${result.entry})` : ''}: ${result.why}.`,
      )
    return result.ok
  })
}
