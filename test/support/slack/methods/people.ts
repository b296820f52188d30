import { asMessages, checkBlocks, checkView, type Violation } from '../limits.ts'
import { type Fields, isFields, type Person, Refused, textOf } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'
import type { Method } from './method.ts'

/** Who is who, and Slack's own validator. */
export const people: Readonly<Record<string, Method>> = {
  'auth.test': (w) => {
    const { team, bot } = w.options
    return {
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      team_id: team.id,
      user: bot.name,
      user_id: bot.user,
      bot_id: bot.id,
      is_enterprise_install: false,
    }
  },

  'users.info': (w, args) => {
    const person = w.people.get(textOf(args.user))
    if (!person) throw new Refused('user_not_found')
    return { user: personJson(w, person) }
  },

  'bots.info': (w, args) => {
    const { bot, appId } = w.options
    if (args.bot !== undefined && args.bot !== bot.id) throw new Refused('bot_not_found')
    return { bot: { id: bot.id, app_id: appId, user_id: bot.user, name: bot.name, deleted: false } }
  },

  'blocks.validate': (w, args) => {
    const given = ['blocks', 'message', 'view'].filter((part) => args[part] !== undefined)
    const part = given[0]
    if (given.length !== 1 || !part) throw new Refused('invalid_arguments')
    const violations = violationsOf(w, part, args[part])
    if (!violations.length) return {}
    throw new Refused(`invalid_${part}`, {
      errors: violations.map(({ pointer, message }) => ({ pointer, message, code: 'failed_constraint' })),
      response_metadata: { messages: asMessages(violations) },
    })
  },
}

function violationsOf(w: Workspace, part: string, value: unknown): Violation[] {
  const unsupported = w.options.unsupportedBlocks
  if (part === 'view') return checkView(value, unsupported, '')
  if (part === 'blocks') return checkBlocks(value, 'message', unsupported, '')
  return checkBlocks(isFields(value) ? (value.blocks ?? []) : undefined, 'message', unsupported)
}

const personJson = (w: Workspace, person: Person): Fields => ({
  id: person.id,
  team_id: person.teamId,
  name: person.name,
  real_name: person.realName,
  deleted: person.deleted,
  is_bot: person.isBot,
  is_restricted: person.isRestricted,
  is_ultra_restricted: person.isUltraRestricted,
  // Someone from another workspace, met in a shared channel (Slack Connect).
  ...(person.teamId !== w.options.team.id && { is_stranger: true }),
  tz: 'Europe/London',
  profile: { display_name: person.name, real_name: person.realName, team: person.teamId },
})
