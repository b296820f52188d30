import type { Config } from '../config/config.ts'
import { missing, Refusal } from '../kernel/refusal.ts'

/** Who sits at the terminal: as they say, or the only member there is. `command` is what they would have to say. */
export function memberAt(
  config: Config,
  given: string | undefined,
  command: string,
): Config['members'][number] {
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
  return member
}
