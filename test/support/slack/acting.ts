// Acting as people: what they click, fill in, type, edit and delete.
import type { Deliveries } from './deliveries.ts'
import { edit, messageJson, post, remove, type Told } from './messages.ts'
import { checked, closeAll, closeTop, push, replace, viewJson } from './methods/views.ts'
import { answerTo } from './response-url.ts'
import { type Delivery, type Fields, isFields, type Message, Refused, textOf, type View } from './shapes.ts'
import { type Filled, stateValues } from './state-values.ts'
import type { Workspace } from './workspace.ts'

export interface Click {
  readonly user: string
  readonly channel: string
  readonly ts: string
  readonly actionId?: string
  readonly buttonText?: string
  /** The value of the button, or of the option to choose. */
  readonly value?: string
  /** Also finds buttons that an earlier version of the message had: a screen that has not caught up. */
  readonly stale?: boolean
}

export interface Said extends Delivery {
  readonly ts: string
}

export class Acting {
  readonly #w: Workspace
  readonly #deliveries: Deliveries

  constructor(w: Workspace, deliveries: Deliveries) {
    this.#w = w
    this.#deliveries = deliveries
  }

  /** Clicks a button (or chooses an option) of a message; fails where the message has no such thing. */
  async click(click: Click): Promise<Delivery> {
    const { user, channel, ts } = click
    const message = this.#w.message(channel, ts)
    const whispered = this.#w.privates.find(
      (one) => one.ts === ts && one.channel === channel && one.user === user && !one.deleted,
    )
    const versions = click.stale ? (message?.history ?? []).toReversed().map(({ blocks }) => blocks) : []
    const { action, block } = this.#find([(message ?? whispered)?.blocks ?? [], ...versions], click)
    return this.#act(user, {
      container: {
        type: 'message',
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: !message,
        ...(message?.threadTs && { thread_ts: message.threadTs }),
      },
      channel: { id: channel, name: this.#w.channel(channel).name },
      ...(message && { message: messageJson(this.#w, message) }),
      state: { values: {} },
      response_url: this.#w.responseUrl(user, channel, ts),
      actions: [actionOf(action, block, this.#w.ts(), click.value)],
    })
  }

  /** Clicks a button of an open modal or of the Home view. */
  async clickInView(
    click: { user: string; viewId: string } & Omit<Click, 'channel' | 'ts'>,
  ): Promise<Delivery> {
    const view = this.#open(click.viewId, click.user)
    const { action, block } = this.#find([view.blocks], click)
    return this.#act(click.user, {
      container: { type: 'view', view_id: view.id },
      view: viewJson(this.#w, view),
      actions: [actionOf(action, block, this.#w.ts(), click.value)],
    })
  }

  /** Submits a modal; the response is what the acknowledgement contained, and it is carried out. */
  async submit({
    user,
    viewId,
    values = {},
  }: {
    user: string
    viewId: string
    values?: Filled
  }): Promise<Delivery> {
    const view = this.#open(viewId, user)
    if (!view.content.submit) throw new Error(`view ${viewId} has no submit button`)
    const state = stateValues(view.blocks, values)
    const delivery = await this.#deliveries.send('interactive', {
      type: 'view_submission',
      ...this.#who(user),
      trigger_id: this.#w.trigger(user),
      view: viewJson(this.#w, view, state),
      response_urls: [],
    })
    if (delivery.acknowledged) this.#afterSubmit(view, delivery.response)
    return delivery
  }

  /** Dismisses the top modal; the app hears of it where the view asked for that. */
  async closeView({ user, viewId }: { user: string; viewId: string }): Promise<Delivery | undefined> {
    const view = this.#open(viewId, user)
    closeTop(this.#w, user)
    if (!view.content.notify_on_close) return undefined
    const payload = {
      type: 'view_closed',
      ...this.#who(user),
      view: viewJson(this.#w, view),
      is_cleared: false,
    }
    return this.#deliveries.send('interactive', payload)
  }

  /** Types a slash command; an answer in the acknowledgement is shown. */
  async command(typed: { user: string; channel: string; command: string; text?: string }): Promise<Delivery> {
    const { user, channel } = typed
    const person = this.#w.person(user)
    const delivery = await this.#deliveries.send('slash_commands', {
      token: 'verification-token',
      team_id: person.teamId,
      team_domain: this.#w.team(person.teamId).domain,
      channel_id: channel,
      channel_name: this.#w.channel(channel).name,
      user_id: user,
      user_name: person.name,
      command: typed.command,
      text: typed.text ?? '',
      api_app_id: this.#w.options.appId,
      is_enterprise_install: 'false',
      response_url: this.#w.responseUrl(user, channel),
      trigger_id: this.#w.trigger(user),
    })
    if (isFields(delivery.response)) answerTo(this.#w, { user, channel }, delivery.response, 'command')
    return delivery
  }

  /** Writes a message; a mention of the bot is an event of its own as well. */
  async say(said: { user: string; channel: string; text: string; threadTs?: string }): Promise<Said> {
    const channel = this.#w.channel(said.channel)
    this.#w.person(said.user)
    if (channel.isArchived) throw new Error(`${channel.id} is archived`)
    if (said.threadTs && !this.#w.message(channel.id, said.threadTs))
      throw new Error(`no thread ${said.threadTs}`)
    const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text: said.text }] }]
    const { message, told } = post(this.#w, {
      channel,
      user: said.user,
      text: said.text,
      blocks: [{ type: 'rich_text', elements }],
      attachments: [],
      via: 'person',
      threadTs: said.threadTs,
    })
    if (said.text.includes(`<@${this.#w.options.bot.user}>`)) {
      const { type: _, ...rest } = messageJson(this.#w, message)
      this.#w.publish({ type: 'app_mention', ...rest, channel: channel.id, event_ts: message.ts }, channel)
    }
    return Object.assign(await heard(told), { ts: message.ts })
  }

  /** Replies in a thread. */
  reply(said: { user: string; channel: string; threadTs: string; text: string }): Promise<Said> {
    return this.say(said)
  }

  /** Changes a message of one's own. */
  async edit(change: { user: string; channel: string; ts: string; text: string }): Promise<Delivery> {
    const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text: change.text }] }]
    const content = { text: change.text, blocks: [{ type: 'rich_text', elements }], attachments: [] }
    return heard(edit(this.#w, this.#own(change), content, 'person', change.user))
  }

  /** Deletes a message of one's own. */
  async remove(which: { user: string; channel: string; ts: string }): Promise<Delivery> {
    return heard(remove(this.#w, this.#own(which)))
  }

  #own({ user, channel, ts }: { user: string; channel: string; ts: string }): Message {
    const message = this.#w.message(channel, ts)
    if (message?.user !== user) throw new Error(`${user} has no message ${ts} in ${channel}`)
    return message
  }

  #open(viewId: string, user: string): View {
    const view = this.#w.views.get(viewId)
    if (!view?.isOpen || view.user !== user) throw new Error(`${user} has no open view ${viewId}`)
    return view
  }

  #act(user: string, payload: Fields): Promise<Delivery> {
    const head = { type: 'block_actions', ...this.#who(user), trigger_id: this.#w.trigger(user) }
    return this.#deliveries.send('interactive', { ...head, ...payload })
  }

  #who(user: string): Fields {
    const person = this.#w.person(user)
    const { team, appId } = this.#w.options
    return {
      user: { id: user, username: person.name, name: person.name, team_id: person.teamId },
      api_app_id: appId,
      token: 'verification-token',
      team: { id: team.id, domain: team.domain },
      enterprise: null,
      is_enterprise_install: false,
    }
  }

  #find(versions: readonly (readonly Fields[])[], wanted: Omit<Click, 'user' | 'channel' | 'ts'>) {
    const all = versions.flatMap((blocks) => blocks.flatMap(actionsIn))
    const found = all.find(
      ({ action }) =>
        (wanted.actionId === undefined || action.action_id === wanted.actionId) &&
        (wanted.buttonText === undefined || labelOf(action) === wanted.buttonText) &&
        (wanted.value === undefined || action.value === wanted.value || optionOf(action, wanted.value)),
    )
    if (found) return found
    const there = all.map(({ action }) => `${action.action_id} "${labelOf(action)}"`).join(', ')
    throw new Error(`nothing to click like ${JSON.stringify(wanted)}; there is: ${there || 'nothing'}`)
  }

  /** What the person sees after a submission. Slack shows an unusable answer as "trouble connecting" and tells nobody. */
  #afterSubmit(view: View, response: unknown): void {
    const answer = isFields(response) ? response : {}
    const next = () => checked(this.#w, answer.view)
    try {
      if (answer.response_action === 'errors') this.#checkErrors(view, answer.errors)
      else if (answer.response_action === 'update') replace(this.#w, view, next())
      else if (answer.response_action === 'push') push(this.#w, view.user, next())
      else if (answer.response_action === 'clear') closeAll(this.#w, view.user)
      else closeTop(this.#w, view.user)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#w.warn(`the answer to a submission is unusable: ${error.error} ${JSON.stringify(error.extra)}`)
    }
  }

  #checkErrors(view: View, errors: unknown): void {
    const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
    const unknown = Object.keys(isFields(errors) ? errors : {}).filter((id) => !inputs.includes(id))
    if (unknown.length || !isFields(errors)) throw new Refused('invalid_errors', { unknown })
  }
}

async function heard(told: Told): Promise<Delivery> {
  const delivery = await told
  if (!delivery) throw new Error('the app does not listen there: the bot is not in the channel')
  return delivery
}

const CLICKABLE = ['button', 'workflow_button', 'icon_button', 'static_select', 'overflow', 'radio_buttons']

function actionsIn(block: Fields): { action: Fields; block: Fields }[] {
  const visit = (value: unknown): Fields[] => {
    if (Array.isArray(value)) return value.flatMap(visit)
    if (!isFields(value)) return []
    return CLICKABLE.includes(textOf(value.type)) ? [value] : Object.values(value).flatMap(visit)
  }
  const children = Array.isArray(block.child_blocks) ? block.child_blocks : []
  const { child_blocks: _, ...own } = block
  return [...visit(own).map((action) => ({ action, block })), ...children.flatMap(actionsIn)]
}

const labelOf = (action: Fields): string => textOf(isFields(action.text) ? action.text.text : '')
const optionOf = (action: Fields, value: string): Fields | undefined =>
  (Array.isArray(action.options) ? action.options : []).find(
    (option) => isFields(option) && option.value === value,
  )

function actionOf(element: Fields, block: Fields, ts: string, value: string | undefined): Fields {
  const { type, action_id, text, value: own, style, url } = element
  const base = { action_id, block_id: block.block_id, type, action_ts: ts }
  if (Array.isArray(element.options) && value !== undefined)
    return { ...base, selected_option: optionOf(element, value) }
  return {
    ...base,
    text,
    ...(own !== undefined && { value: own }),
    ...(style !== undefined && { style }),
    ...(url !== undefined && { url }),
  }
}
