import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tokensOn } from '../../db/stores/tokens.ts'
import { createSignInCode } from '../access/sign-in.ts'
import type { Env } from '../config/env.ts'
import { Refusal } from '../kernel/refusal.ts'
import { memberAt } from './member.ts'
import { withDatabase } from './with-database.ts'

/** Prints a link that is good once, to the Grace that runs on this state directory. */
export async function consoleCommand(
  env: Env,
  member: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  await withDatabase(env, async (client, { config, directories }) => {
    const { id } = await memberAt(client, config, member, 'grace console')
    const port = env.port || Number(await readFile(join(directories.state, 'port'), 'utf8').catch(() => '0'))
    const at = env.url ?? `http://127.0.0.1:${port}`
    const answers = await fetch(`${at}/healthz`, { signal: AbortSignal.timeout(3_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!answers)
      throw new Refusal(
        'unavailable',
        'not_running',
        `No Grace answers at ${at}.`,
        'Start it first: grace up',
      )
    say(`${at}/sign-in#${await createSignInCode(tokensOn(client.db), id)}`)
  })
}
