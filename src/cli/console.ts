import { tokensOn } from '../../db/stores/tokens.ts'
import { createSignInCode } from '../access/sign-in.ts'
import type { Env } from '../config/env.ts'
import { Refusal } from '../kernel/refusal.ts'
import { memberAt } from './member.ts'
import { addressOf, answers } from './running.ts'
import { withDatabase } from './with-database.ts'

/** Prints a link that is good once, to the Grace that runs on this state directory. */
export async function consoleCommand(
  env: Env,
  member: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  await withDatabase(env, async (client, { config, directories }) => {
    const { id } = await memberAt(client, config, member, 'grace console')
    const at = env.url ?? (env.port ? `http://127.0.0.1:${env.port}` : await addressOf(directories.state))
    if (!(await answers(at)))
      throw new Refusal(
        'unavailable',
        'not_running',
        `No Grace answers at ${at}.`,
        'Start it first: grace up',
      )
    say(`${at}/sign-in#${await createSignInCode(tokensOn(client.db), id)}`)
  })
}
