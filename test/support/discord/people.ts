// People in front of their Discord clients: they click what is shown, fill in what opened, and write.
import { walk } from './components.ts'
import { interact } from './interactions.ts'
import { announce, deleteMessage, editMessage, postMessage, react, unarchive } from './messages.ts'
import { memberJson, userJson } from './payloads.ts'
import type {
  Channel,
  Command,
  CommandOption,
  Component,
  Interaction,
  Json,
  Message,
  Outcome,
  User,
} from './types.ts'
import type { World } from './world.ts'

/** A person, or their id. */
export type Who = User | string

export interface Click {
  user: Who
  channelId: string
  messageId: string
  customId?: string
  label?: string
}

export interface Choose extends Omit<Click, 'label'> {
  values: string[]
}

export interface Submit {
  user: Who
  /** The modal's custom id; the person's latest modal where neither it nor the interaction is told. */
  customId?: string
  /** The interaction whose response the modal was. */
  interactionId?: string
  /** By the inputs' custom ids. */
  values: Record<string, string | string[]>
}

export interface Invoke {
  user: Who
  channelId: string
  name: string
  group?: string
  subcommand?: string
  options?: Record<string, string | number | boolean>
}

export interface Typing extends Invoke {
  /** The option that is being typed, and what stands in it so far. */
  focused: string
  value: string
}

const STRING_SELECT = 3
const LINK = 5
const USER_OPTION = 6
const SUBCOMMAND = 1
const GROUP = 2

/** Everything that people can do; each interaction resolves with the bot's first response. */
export class People {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Clicks a button that the person can see in the message. */
  click({ user, channelId, messageId, customId, label }: Click): Promise<Outcome> {
    const person = this.#person(user)
    const message = this.#seen(person, channelId, messageId)
    const fits = (one: Component) =>
      one.type === 2 && (customId === undefined ? one.label === label : one.custom_id === customId)
    const button = find(message, fits)
    if (!button)
      throw new Error(`no button ${customId ?? label} in message ${messageId}: ${buttons(message)}`)
    if (button.disabled) throw new Error(`button ${customId ?? label} is disabled`)
    if (button.style === LINK) throw new Error(`button ${label} is a link: it reaches no bot`)
    const data = { custom_id: button.custom_id, component_type: 2, id: button.id }
    return interact(this.#world, { type: 3, user: person, channelId, messageId, data })
  }

  /** Chooses from a string select in the message. */
  choose({ user, channelId, messageId, customId, values }: Choose): Promise<Outcome> {
    const person = this.#person(user)
    const message = this.#seen(person, channelId, messageId)
    const select = find(message, (one) => one.type === STRING_SELECT && one.custom_id === customId)
    if (!select || select.disabled)
      throw new Error(`no menu ${customId} to choose from in message ${messageId}`)
    const known = (select.options ?? []).map(({ value }) => value)
    for (const value of values)
      if (!known.includes(value)) throw new Error(`menu ${customId} has no option ${value}`)
    const data = { custom_id: customId, component_type: STRING_SELECT, id: select.id, values }
    return interact(this.#world, { type: 3, user: person, channelId, messageId, data })
  }

  /** Fills in and sends the modal that a response showed this person. */
  submit({ user, customId, interactionId, values }: Submit): Promise<Outcome> {
    const person = this.#person(user)
    const shown = this.#modal(person, customId, interactionId)
    const modal = shown.response?.data ?? {}
    const unknown = new Set(Object.keys(values))
    const components = ((modal.components ?? []) as Component[]).map((component) => {
      for (const { component: input } of walk([component])) unknown.delete(input.custom_id ?? '')
      return filled(component, values)
    })
    if (unknown.size > 0) throw new Error(`modal ${modal.custom_id} has no input ${[...unknown]}`)
    const data = { custom_id: modal.custom_id, components, resolved: {} }
    const { channelId, messageId } = shown
    return interact(this.#world, { type: 5, user: person, channelId, data, ...(messageId && { messageId }) })
  }

  /** Uses a registered command. */
  command(invoke: Invoke): Promise<Outcome> {
    return this.#invoke(2, invoke)
  }

  /** Types into an option; resolves with the choices that the bot offers. */
  async autocomplete(
    typing: Typing,
  ): Promise<{ name: string; value: string | number }[] | 'not acknowledged'> {
    const outcome = await this.#invoke(4, typing, typing)
    if (outcome === 'not acknowledged') return outcome
    return outcome.data.choices as { name: string; value: string | number }[]
  }

  /** Writes in a thread or channel; an archived thread wakes. */
  reply({ user, threadId, content }: { user: Who; threadId: string; content: string }): Message {
    const channel = this.#channel(threadId)
    unarchive(this.#world, channel)
    return postMessage(this.#world, { channel, author: this.#person(user), body: { content } })
  }

  /** Changes a message that a person wrote. */
  edit({ messageId, content }: { messageId: string; content: string }): Message {
    return editMessage(this.#world, this.#message(messageId), { content })
  }

  /** Deletes any message, a person's or the bot's, as its author or a moderator would. */
  remove({ messageId }: { messageId: string }): void {
    deleteMessage(this.#world, this.#message(messageId))
  }

  react({ user, messageId, emoji }: { user: Who; messageId: string; emoji: string }): void {
    react(this.#world, this.#message(messageId), this.#person(user), emoji)
  }

  /** Discord shows the message anew, as after unfurling a link: MESSAGE_UPDATE without an edit. */
  refresh({ messageId }: { messageId: string }): void {
    announce(this.#world, 'MESSAGE_UPDATE', this.#message(messageId))
  }

  #invoke(type: 2 | 4, { user, channelId, name, group, subcommand, options = {} }: Invoke, typing?: Typing) {
    const person = this.#person(user)
    const { guild_id } = this.#channel(channelId)
    const command = [...this.#world.commands.values()].find(
      (one) => one.name === name && (one.guild_id === undefined || one.guild_id === guild_id),
    )
    if (!command) throw new Error(`no command /${name} is registered here`)
    const path = [group && { type: GROUP, name: group }, subcommand && { type: SUBCOMMAND, name: subcommand }]
    const steps = path.filter((step) => typeof step === 'object')
    const given = typing ? { ...options, [typing.focused]: typing.value } : options
    const node = steps.reduce(
      (at, step) => descend(at, step.type, step.name),
      command as Command | CommandOption,
    )
    let filledIn = optionsOf(node, given, typing?.focused)
    for (const step of steps.reverse()) filledIn = [{ ...step, options: filledIn }]
    const data = {
      id: command.id,
      name,
      type: 1,
      options: filledIn,
      ...(command.guild_id && { guild_id }),
      ...this.#resolved(guild_id, node, given),
    }
    return interact(this.#world, { type, user: person, channelId, data })
  }

  #resolved(guildId: string, node: Command | CommandOption, given: Record<string, unknown>): Json {
    const ids = (node.options ?? [])
      .filter(({ type }) => type === USER_OPTION)
      .flatMap(({ name }) => given[name] ?? [])
    if (ids.length === 0) return {}
    const members = this.#world.guild(guildId).members
    const found = ids.flatMap((id) => members.get(String(id)) ?? [])
    return {
      resolved: {
        users: Object.fromEntries(found.map(({ user }) => [user.id, userJson(user)])),
        members: Object.fromEntries(
          found.map((member) => [member.user.id, { ...memberJson(member), permissions: '0' }]),
        ),
      },
    }
  }

  #modal(person: User, customId?: string, interactionId?: string): Interaction {
    const shown = [...this.#world.interactions.values()].findLast(
      ({ id, user, response }) =>
        response?.type === 9 &&
        user.id === person.id &&
        (customId === undefined || response.data.custom_id === customId) &&
        (interactionId === undefined || id === interactionId),
    )
    if (!shown) throw new Error(`${person.username} was shown no modal ${customId ?? interactionId ?? ''}`)
    return shown
  }

  #person(who: Who): User {
    const person = this.#world.users.get(typeof who === 'string' ? who : who.id)
    if (!person) throw new Error(`nobody has the id ${who}`)
    return person
  }

  #channel(id: string): Channel {
    const channel = this.#world.channels.get(id)
    if (!channel) throw new Error(`no channel ${id}`)
    return channel
  }

  #message(id: string): Message {
    const message = this.#world.messages.get(id)
    if (!message) throw new Error(`no message ${id}`)
    return message
  }

  #seen(person: User, channelId: string, messageId: string): Message {
    const message = this.#message(messageId)
    if (message.channel_id !== channelId)
      throw new Error(`message ${messageId} is not in channel ${channelId}`)
    if (message.visibleTo && message.visibleTo !== person.id)
      throw new Error(`message ${messageId} is not shown to ${person.username}`)
    return message
  }
}

function find(message: Message, fits: (component: Component) => boolean): Component | undefined {
  return [...walk(message.components)].map(({ component }) => component).find(fits)
}

function buttons(message: Message): string {
  const all = [...walk(message.components)].filter(({ component }) => component.type === 2)
  return `it has ${all.map(({ component: { label, custom_id } }) => `${label} (${custom_id})`).join(', ') || 'none'}`
}

/** A modal's component as a submission carries it; refuses what Discord's own form would not let through. */
function filled(component: Component, values: Record<string, string | string[]>): Json {
  const { type, id, custom_id } = component
  if (component.component) return { type, id, component: filled(component.component, values) }
  if (component.components)
    return { type, id, components: component.components.map((one) => filled(one, values)) }
  if (custom_id === undefined) return { type, id }
  const value = values[custom_id] ?? String(component.value ?? '')
  if ((component.required ?? true) && value.length === 0) throw new Error(`${custom_id} must be filled in`)
  if (typeof value !== 'string') return { type, id, custom_id, values: value }
  const length = [...value].length
  const max = Number(component.max_length ?? 4000)
  if (length > max) throw new Error(`${custom_id} takes at most ${max} characters`)
  if (length > 0 && length < Number(component.min_length ?? 0)) throw new Error(`${custom_id} is too short`)
  return { type, id, custom_id, value }
}

function descend(node: Command | CommandOption, type: number, name: string): CommandOption {
  const found = node.options?.find((option) => option.type === type && option.name === name)
  if (!found) throw new Error(`/${node.name} has no ${name}`)
  return found
}

function optionsOf(node: Command | CommandOption, given: Record<string, unknown>, focused?: string): Json[] {
  const known = node.options ?? []
  if (known.some(({ type }) => type === SUBCOMMAND || type === GROUP))
    throw new Error(`/${node.name} needs a subcommand`)
  for (const name of Object.keys(given))
    if (!known.some((option) => option.name === name)) throw new Error(`/${node.name} has no option ${name}`)
  for (const { name, required } of known)
    if (required && given[name] === undefined && focused === undefined)
      throw new Error(`option ${name} is required`)
  return known
    .filter(({ name }) => given[name] !== undefined)
    .map(({ name, type, choices, autocomplete }) => {
      const value = given[name]
      if (choices && !choices.some((choice) => choice.value === value))
        throw new Error(`${name} has no choice ${value}`)
      if (name === focused && !autocomplete) throw new Error(`option ${name} has no autocomplete`)
      return { name, type, value, ...(name === focused && { focused: true }) }
    })
}
