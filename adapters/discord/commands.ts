// Slash commands as Discord registers them, made from the one table; registered again only when that has changed.

import type { REST } from 'discord.js'
import {
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  InteractionContextType,
  type RESTPutAPIApplicationGuildCommandsJSONBody,
  Routes,
} from 'discord-api-types/v10'
import type { ChatControl } from '../../src/chat/stores.ts'
import type { Interacting } from '../../src/commands/interactions.ts'
import { COMMANDS } from '../../src/commands/table.ts'
import { asJson, digestOf } from '../../src/kernel/digest.ts'
import { shortName } from '../../src/kernel/ids.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { PHASES } from '../../src/mission/phases.ts'

const SLASHES = {
  missions: 'Missions: list, show, propose, vote and more',
  grace: 'Who you are here, and what there is to say',
} as const
const MOST_CHOICES = 25

export function definitions(): RESTPutAPIApplicationGuildCommandsJSONBody {
  return Object.entries(SLASHES).map(([slash, description]) => ({
    name: slash,
    description,
    contexts: [InteractionContextType.Guild],
    options: COMMANDS.filter((command) => command.slash === slash).map(
      (command): APIApplicationCommandSubcommandOption => ({
        type: ApplicationCommandOptionType.Subcommand,
        name: command.name,
        description: oneLine(command.help, 100),
        options: command.args
          .filter((arg) => arg.name !== 'page')
          .map((arg) => ({
            type: ApplicationCommandOptionType.String as const,
            name: arg.name,
            description: oneLine(arg.help, 100),
            required: arg.required,
            autocomplete: arg.name === 'mission' || arg.name === 'target' || arg.name === 'phase',
          })),
      }),
    ),
  }))
}

/** Discord allows 200 creations a day and server. */
export async function register(
  rest: REST,
  application: string,
  guild: string,
  ctx: Pick<ChatControl, 'transact'>,
): Promise<boolean> {
  const wanted = definitions()
  const key = `discord:commands:${application}:${guild}:${digestOf(asJson(wanted))}`
  if ((await ctx.transact(({ posts }) => posts.attempt(key))) === 'done') return false
  await rest.put(Routes.applicationGuildCommands(application, guild), { body: wanted })
  await ctx.transact(({ posts }) => posts.done(key, 'registered'))
  return true
}

/** At most 25, those that contain what was typed. */
export async function completions(
  ctx: Pick<Interacting, 'list' | 'control'>,
  option: string,
  typed: string,
): Promise<{ name: string; value: string }[]> {
  const fits = (text: string) => text.toLowerCase().includes(typed.toLowerCase())
  const plain = (words: Iterable<string>) =>
    [...words].filter(fits).map((word) => ({ name: word, value: word }))
  const found =
    option === 'phase'
      ? plain(PHASES)
      : option === 'target'
        ? plain(ctx.control.config.targets.keys())
        : (await ctx.list.page({ limit: 100 })).rows
            .map(({ mission }) => ({
              name: oneLine(`${shortName(mission.number)} ${mission.title}`, 100),
              value: shortName(mission.number),
            }))
            .filter(({ name }) => fits(name))
  return found.slice(0, MOST_CHOICES)
}
