import type { Reply } from '../cards/post.ts'
import type { Command } from './command.ts'
import { COMMANDS } from './table.ts'

export const usageOf = ({ slash, name, args }: Pick<Command, 'slash' | 'name' | 'args'>): string =>
  [
    `/${slash} ${name}`,
    ...args.filter((arg) => arg.name !== 'page').map((arg) => (arg.required ? arg.name : `[${arg.name}]`)),
  ].join(' ')

const WHO = { reader: 'everybody here', member: 'members', voter: 'members of the target' } as const

/** Generated from the parser's own table. */
export const helpOf = (): Reply => ({
  title: 'What you can say',
  lines: COMMANDS.map(
    (command) => `${usageOf(command)}: ${command.help} (${WHO[command.role]}). Example: ${command.example}`,
  ),
  buttons: [],
})
