// grace passkey …: who has one, and what to do when it is lost. Making one takes a browser.
import { ledgerOn } from '../../db/stores/commit.ts'
import { forgetPasskey, passkeysOn } from '../../db/stores/passkeys.ts'
import type { Env } from '../config/env.ts'
import { missing } from '../kernel/refusal.ts'
import { spoken } from '../kernel/work.ts'
import { asOwner, COMMAND_LINE, withDatabase } from './with-database.ts'

type Say = (line: string) => void

export async function listPasskeysCommand(env: Env, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }, { config }) => {
    for (const { id, name } of config.members)
      say(`${id}  ${name}: ${(await passkeysOn(db).of(id)) ? 'has a passkey' : 'none yet'}`)
    if (!config.passkeys)
      say(
        'None is asked for: passkeys need a console that is reached by https, under a name. Set GRACE_URL to it.',
      )
  })
}

/** Whoever may do this is on Grace's machine. */
export async function forgetPasskeyCommand(
  env: Env,
  member: string,
  reason: string,
  say: Say,
): Promise<void> {
  await withDatabase(env, async (_client, _ground, database) => {
    await asOwner(database, ({ db }) =>
      db.transaction(async (tx) => {
        if (!(await forgetPasskey(tx, member)))
          throw missing('passkey', member, 'grace passkey lists who has one.')
        await ledgerOn(tx).append([
          { kind: 'PasskeyForgotten', actor: COMMAND_LINE, facts: { member, reason: spoken(reason) } },
        ])
      }),
    )
    say(
      `The passkey of ${member} is forgotten; the console makes a new one with the next approval that needs one.`,
    )
  })
}
