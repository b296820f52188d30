import type { Client } from '../../db/client.ts'
import type { Config } from '../config/config.ts'
import type { Actor } from '../kernel/actor.ts'
import { missing, Refusal } from '../kernel/refusal.ts'

/** Who sits at the terminal: as they say, or the only member there is. `command` is what they would have to say. */
export async function memberAt(
  { sql }: Pick<Client, 'sql'>,
  config: Config,
  given: string | undefined,
  command: string,
): Promise<Config['members'][number]> {
  const ids = config.members.map(({ id }) => id)
  if (given === undefined && ids.length > 1)
    throw new Refusal(
      'invalid',
      'member_missing',
      'There is more than one member.',
      `Say who you are: ${command} --member ${ids[0]} (members: ${ids.join(', ')}).`,
    )
  const member = given === undefined ? config.members[0] : config.members.find(({ id }) => id === given)
  if (!member) throw missing('member', given ?? '', `Members are ${ids.join(', ')}.`)
  const [known] = await sql`select 1 from grace.members where id = ${member.id} and active`
  if (known) return member
  throw new Refusal(
    'conflict',
    'member_not_known_yet',
    `${member.id} is in grace.yaml, but Grace has not been started with it.`,
    'Restart it: grace up',
  )
}

export const atTerminal = ({ id, name }: { readonly id: string; readonly name: string }): Actor => ({
  kind: 'member',
  id,
  name,
  via: 'terminal',
  scopes: ['read', 'propose', 'vote'],
})
