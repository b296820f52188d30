// Who the bot is, what it registered, and the guilds that it is in.
import { refused, refuseIssues } from './errors.ts'
import { checkCommand } from './limits-forms.ts'
import {
  applicationJson,
  botJson,
  channelJson,
  guildJson,
  memberWithUser,
  roleJson,
  userJson,
} from './payloads.ts'
import { type Call, type Handler, ok } from './route.ts'
import type { Command, Json } from './types.ts'

const MAX_COMMANDS = 100
const CREATES_A_DAY = 200

const application: Handler = ({ world }) => ok(applicationJson(world))

const listCommands: Handler = (call) => ok(commandsOf(call))

const overwriteCommands: Handler = (call) => {
  const { world, list, params } = call
  if (list.length > MAX_COMMANDS) throw refused('tooManyCommands')
  refuseIssues(list.flatMap((command, i) => checkCommand(command, `${i}.`)))
  const before = commandsOf(call)
  const created = list.filter(({ name }) => !before.some((command) => command.name === name))
  countCreates(call, created.length)
  for (const { id } of before) world.commands.delete(id)
  return ok(
    list.map((command) => store(call, command, before.find(({ name }) => name === command.name)?.id, params)),
  )
}

const createCommand: Handler = (call) => {
  const { body, params } = call
  refuseIssues(checkCommand(body))
  const existing = commandsOf(call).find(({ name, type }) => name === body.name && type === (body.type ?? 1))
  if (!existing && commandsOf(call).length >= MAX_COMMANDS) throw refused('tooManyCommands')
  if (!existing) countCreates(call, 1)
  return ok(store(call, body, existing?.id, params), existing ? 200 : 201)
}

const deleteCommand: Handler = ({ world, params }) => {
  if (!world.commands.delete(params.command_id ?? '')) throw refused('unknownCommand')
  return ok()
}

function commandsOf({ world, params }: Call): Command[] {
  if (params.guild_id) world.guild(params.guild_id)
  return [...world.commands.values()].filter(({ guild_id }) => guild_id === params.guild_id)
}

function countCreates({ world, params }: Call, created: number): void {
  if (!params.guild_id) return
  const sum = (world.commandsCreated.get(params.guild_id) ?? 0) + created
  if (sum > CREATES_A_DAY) throw refused('dailyCommandCreates')
  world.commandsCreated.set(params.guild_id, sum)
}

function store(
  { world }: Call,
  body: Json,
  id = world.snowflake(),
  { guild_id }: Record<string, string>,
): Command {
  const command: Command = {
    default_member_permissions: null,
    nsfw: false,
    contexts: null,
    integration_types: [0],
    ...body,
    type: (body.type as number) ?? 1,
    name: String(body.name),
    description: body.description ?? '',
    id,
    application_id: world.applicationId,
    version: world.snowflake(),
    ...(guild_id && { guild_id }),
  }
  world.commands.set(id, command)
  return command
}

export const accountRoutes = {
  'GET /gateway/bot': ({ gateway }) =>
    ok({
      url: gateway.url(),
      shards: 1,
      session_start_limit: {
        total: 1000,
        remaining: gateway.identifiesLeft,
        reset_after: 86_400_000,
        max_concurrency: 1,
      },
    }),
  'GET /users/@me': ({ world }) => ok(botJson(world)),
  'GET /users/{user_id}': ({ world, params }) => {
    const user = world.users.get(params.user_id ?? '')
    if (!user) throw refused('unknownUser')
    return ok(userJson(user))
  },
  'GET /applications/@me': application,
  'GET /oauth2/applications/@me': application,
  'GET /applications/{application_id}/commands': listCommands,
  'PUT /applications/{application_id}/commands': overwriteCommands,
  'POST /applications/{application_id}/commands': createCommand,
  'DELETE /applications/{application_id}/commands/{command_id}': deleteCommand,
  'GET /applications/{application_id}/guilds/{guild_id}/commands': listCommands,
  'PUT /applications/{application_id}/guilds/{guild_id}/commands': overwriteCommands,
  'POST /applications/{application_id}/guilds/{guild_id}/commands': createCommand,
  'DELETE /applications/{application_id}/guilds/{guild_id}/commands/{command_id}': deleteCommand,
  'GET /guilds/{guild_id}': ({ world, params }) => ok(guildJson(world.guild(params.guild_id))),
  'GET /guilds/{guild_id}/roles': ({ world, params }) => ok([roleJson(world.guild(params.guild_id))]),
  'GET /guilds/{guild_id}/channels': ({ world, params }) => {
    const { id } = world.guild(params.guild_id)
    const channels = [...world.channels.values()].filter(
      ({ guild_id, type }) => guild_id === id && type === 0,
    )
    return ok(channels.map((channel) => channelJson(world, channel)))
  },
  'GET /guilds/{guild_id}/threads/active': ({ world, params }) => {
    const { id } = world.guild(params.guild_id)
    const threads = [...world.channels.values()].filter(
      (channel) => channel.guild_id === id && channel.thread_metadata?.archived === false,
    )
    return ok({ threads: threads.map((thread) => channelJson(world, thread)), members: [], has_more: false })
  },
  'GET /guilds/{guild_id}/members/{user_id}': ({ world, params }) => {
    const member = world.guild(params.guild_id).members.get(params.user_id ?? '')
    if (!member) throw refused(world.users.has(params.user_id ?? '') ? 'unknownMember' : 'unknownUser')
    return ok(memberWithUser(member))
  },
} as const satisfies Record<string, Handler>
