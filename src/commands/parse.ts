// Words after a slash command → a command and its values. Discord parses by itself, from the same table.
import { Refusal } from '../kernel/refusal.ts'
import type { Acting, Command, Speaker, Values } from './command.ts'
import { usageOf } from './help.ts'
import { COMMANDS } from './table.ts'

export interface Parsed<Who extends Acting = Speaker> {
  readonly command: Command<Who>
  readonly values: Values
}

/** `words` after `/missions` or `/grace`; none: the list, or the help. */
export const parse = (slash: string, words: string): Parsed =>
  parseFor<Speaker>(
    COMMANDS.filter((command) => command.slash === slash),
    slash,
    words,
  )

/** The same of some of them. */
export function parseFor<Who extends Acting>(
  known: readonly Command<Who>[],
  slash: string,
  words: string,
): Parsed<Who> {
  const [name = '', ...rest] = words.trim().split(/\s+/).filter(Boolean)
  const command = known.find(
    (one) => one.name === (name.toLowerCase() || (slash === 'missions' ? 'list' : 'help')),
  )
  if (!command)
    throw new Refusal(
      'invalid',
      'command_unknown',
      `There is no /${slash} ${name.slice(0, 40)}.`,
      `There are: ${known.map((one) => one.name).join(', ')}. /grace help says more.`,
    )
  const values: Partial<Record<string, string>> = {}
  const args = command.args
  for (const [i, arg] of args.entries()) {
    // The last one takes all that is left, spaces included.
    const last = i === args.length - 1 && (arg.name === 'text' || arg.name === 'reason')
    const value = last ? remainder(words, i + 1) : rest[i]
    if (value) values[arg.name] = value
  }
  return { command, values: valuesOf(command, values) }
}

/** The words after the first `n`, as they were written. */
function remainder(words: string, n: number): string {
  let left = words.trim()
  for (let i = 0; i < n; i++) left = left.replace(/^\S+\s*/, '')
  return left
}

/** Refuses where a required one is missing. */
export function valuesOf(
  command: Pick<Command, 'slash' | 'name' | 'args' | 'example'>,
  values: Values,
): Values {
  const missing = command.args.find((arg) => arg.required && !values[arg.name]?.trim())
  if (!missing) return values
  throw new Refusal(
    'invalid',
    'argument_missing',
    `"${usageOf(command)}" needs ${missing.name}: ${missing.help}.`,
    `Example: ${command.example}`,
  )
}
