// Clicks, forms and commands from Discord. Each is acknowledged within three seconds, whatever the database does.
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js'
import { reply } from '../../src/cards/post.ts'
import type { Chat } from '../../src/chat/chat.ts'
import type { Person } from '../../src/chat/person.ts'
import { receiveClick } from '../../src/chat/receive-click.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import {
  type Act,
  answerOnce,
  type Interacting,
  obeyNamed,
  press,
  submit,
  type Then,
} from '../../src/commands/interactions.ts'
import { BUTTON_ROLES } from '../../src/commands/table.ts'
import { completions } from './commands.ts'
import { discordCode } from './errors.ts'
import { renderForm } from './render.ts'

export interface Listening {
  readonly ctx: Interacting
  /** The inbox on connections of its own: a click does not queue behind what Grace is busy with. */
  readonly inbox: Pick<ChatControl, 'transact'>
  readonly chat: Chat
  /** Servers on the allow-list. */
  readonly guild: string
  onFault(error: unknown): void
}

type Answerable = ButtonInteraction | ModalSubmitInteraction | ChatInputCommandInteraction

const ACTIONS = Object.keys(BUTTON_ROLES)

/** `1:vote:approve:session_…` → the action and what it is about. */
export function readCustomId(customId: string): { action: string; about: string } {
  const rest = /^1:(.*)$/s.exec(customId)?.[1] ?? ''
  const action = ACTIONS.find((one) => rest.startsWith(`${one}:`))
  return action ? { action, about: rest.slice(action.length + 1) } : { action: '', about: '' }
}

const personOf = ({ user, member }: Interaction): Person => ({
  platform: 'discord',
  account: user.id,
  name: (member && 'nick' in member ? member.nick : undefined) ?? user.globalName ?? user.username,
})

const actOf = (interaction: Answerable): Act => ({
  person: personOf(interaction),
  address: {
    platform: 'discord',
    account: interaction.user.id,
    channel: interaction.channelId ?? '',
    token: interaction.token,
  },
  key: `discord:${interaction.id}`,
  at: interaction.createdAt,
})

const STRANGER = reply('', '⚠️ Grace answers people of its own server only.')
/** Somebody answered already, or Discord gave up: what was done stands. */
const OVER = new Set([10_062, 40_060])

export function listenForInteractions(client: Client, on: Listening): void {
  const { ctx, chat, onFault } = on

  const acknowledge = async (ack: () => Promise<unknown>): Promise<void> => {
    try {
      await ack()
    } catch (error) {
      if (!OVER.has(Number(discordCode(error)))) onFault(error)
    }
  }

  async function carry(then: Then, interaction: Answerable, act: Act): Promise<void> {
    const ack = () =>
      interaction.isButton() || (interaction.isModalSubmit() && interaction.isFromMessage())
        ? interaction.deferUpdate()
        : interaction.deferReply({ flags: MessageFlags.Ephemeral })
    if ('click' in then) return receiveClick(on.inbox, chat, then.click, () => acknowledge(ack), onFault)
    if ('form' in then) {
      // A form has to be the first answer: nothing is asked of the database before.
      if (!interaction.isModalSubmit()) await acknowledge(() => interaction.showModal(renderForm(then.form)))
      return
    }
    await acknowledge(ack)
    const answer = await answerOnce(ctx, act, then.answer, onFault)
    if (answer) await chat.tell(act.address, answer)
  }

  const onButton = (interaction: ButtonInteraction): Promise<void> => {
    const act = actOf(interaction)
    const { action, about } = readCustomId(interaction.customId)
    return carry(press(ctx, act, action, about), interaction, act)
  }

  const onForm = async (interaction: ModalSubmitInteraction): Promise<void> => {
    const act = actOf(interaction)
    const [, form = '', about = ''] = /^1:form:([^:]*):(.*)$/s.exec(interaction.customId) ?? []
    const values = Object.fromEntries(
      [...interaction.fields.fields.values()].map((field) => [
        field.customId,
        'value' in field ? field.value : 'values' in field ? (field.values[0] ?? '') : '',
      ]),
    )
    const then = submit(ctx, act, form, about, values as Record<string, string>)
    if (!('faults' in then)) return carry(then, interaction, act)
    // Discord can't mark a field: what was typed is given back with what is wrong.
    const said = Object.entries(then.faults).map(([field, fault]) => `${field}: ${fault}`)
    const typed = Object.entries(values).map(([field, text]) => `${field}: ${text}`)
    return carry({ answer: async () => reply('Not sent', ...said, 'You wrote:', ...typed) }, interaction, act)
  }

  const onCommand = (interaction: ChatInputCommandInteraction): Promise<void> => {
    const act = actOf(interaction)
    const values = Object.fromEntries(
      (interaction.options.data[0]?.options ?? []).map(({ name, value }) => [name, String(value ?? '')]),
    )
    const name = interaction.options.getSubcommand(false) ?? ''
    return carry(obeyNamed(ctx, act, interaction.commandName, name, values), interaction, act)
  }

  const onAutocomplete = async (interaction: AutocompleteInteraction): Promise<void> => {
    const focused = interaction.options.getFocused(true)
    const choices =
      interaction.guildId === on.guild ? await completions(ctx, focused.name, focused.value) : []
    await acknowledge(() => interaction.respond(choices))
  }

  client.on(Events.InteractionCreate, (interaction) => {
    const answered = async (): Promise<void> => {
      if (interaction.isAutocomplete()) return onAutocomplete(interaction)
      if (!interaction.isButton() && !interaction.isModalSubmit() && !interaction.isChatInputCommand()) return
      if (interaction.guildId !== on.guild)
        return carry({ answer: async () => STRANGER }, interaction, actOf(interaction))
      if (interaction.isButton()) return onButton(interaction)
      if (interaction.isModalSubmit()) return onForm(interaction)
      return onCommand(interaction)
    }
    void answered().catch(onFault)
  })
}
