// Clicks, forms and commands from Slack. Each is acknowledged within three seconds, whatever the database does.
import type { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { type Reply, reply } from '../../src/cards/post.ts'
import type { Chat } from '../../src/chat/chat.ts'
import type { Person } from '../../src/chat/person.ts'
import { receiveClick } from '../../src/chat/receive-click.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import {
  type Act,
  answerOnce,
  type Interacting,
  obey,
  press,
  submit,
  type Then,
} from '../../src/commands/interactions.ts'
import { userOf } from './chat.ts'
import { callOf } from './errors.ts'
import { renderForm, renderReply } from './render.ts'

export interface Listening {
  readonly ctx: Interacting
  /** The inbox on connections of its own: a click does not queue behind what Grace is busy with. */
  readonly inbox: Pick<ChatControl, 'transact'>
  readonly chat: Chat
  readonly client: WebClient
  /** The user's own team is on the list, or the account is named in grace.yaml. */
  known(person: Person): boolean
  /** The account is named in grace.yaml. */
  named(person: Person): boolean
  onFault(error: unknown): void
}

interface User {
  id: string
  name?: string
  username?: string
  team_id?: string
}

const SLASHES = /^\/(missions|grace)$/

const personOf = (user: User, team: string | undefined): Person => ({
  platform: 'slack',
  account: `${user.team_id ?? team ?? ''}/${user.id}`,
  name: user.name ?? user.username ?? user.id,
})

const STRANGER = reply('', '⚠️ Grace answers people of its own workspace only.')

export function listenForInteractions(app: App, on: Listening): void {
  const { ctx, chat, client, onFault } = on

  /** Guests of the workspace are only heard where grace.yaml names them (CHAT.md 4.8). */
  const guests = new Map<string, boolean>()
  async function isStrangerToReading({ person }: Act): Promise<boolean> {
    if (on.named(person)) return false
    const user = userOf(person.account)
    const known = guests.get(user)
    if (known !== undefined) return known
    const found = await callOf('name', () => client.users.info({ user })).catch(() => undefined)
    const guest = found?.user?.is_restricted === true || found?.user?.is_ultra_restricted === true
    if (guests.size > 1_000) guests.clear()
    if (found) guests.set(user, guest)
    return guest
  }

  async function carry(
    then: Then,
    act: Act,
    trigger: string | undefined,
    ack: () => Promise<unknown>,
    say: (reply: Reply) => Promise<unknown> = (reply) => chat.tell(act.address, reply),
  ): Promise<void> {
    if ('click' in then) return receiveClick(on.inbox, chat, then.click, ack, onFault)
    if ('form' in then) {
      const view = renderForm(then.form)
      const meta = {
        ...JSON.parse(view.private_metadata ?? '{}'),
        channel: act.address.channel,
        at: act.at.getTime(),
        host: Date.now(),
      }
      // The trigger is good for three seconds: nothing is asked of the database before.
      const opening = client.views.open({
        trigger_id: trigger ?? '',
        view: { ...view, private_metadata: JSON.stringify(meta) },
      })
      await ack()
      await opening.catch(async (error: unknown) => {
        onFault(error)
        await say(reply('', '⚠️ The form did not open in time. Press again.'))
      })
      return
    }
    await ack()
    if (await isStrangerToReading(act)) return void (await say(STRANGER))
    const answer = await answerOnce(ctx, act, then.answer, onFault)
    if (answer) await say(answer)
  }

  app.action(/.*/, async ({ ack, body, action }) => {
    if (body.type !== 'block_actions' || !('action_ts' in action) || action.type !== 'button')
      return void (await ack())
    const channel = body.channel?.id ?? body.container?.channel_id
    const person = personOf(body.user, body.team?.id)
    if (!channel) return void (await ack())
    const token = body.response_url
    const address = {
      platform: 'slack',
      account: person.account,
      channel,
      ...(token ? { token } : {}),
    } as const
    const act: Act = {
      person,
      address,
      key: `slack:${person.account}:${action.action_ts}:${body.message?.ts ?? body.container?.message_ts ?? ''}`,
      at: new Date(Number(action.action_ts) * 1000),
    }
    if (!on.known(person)) {
      await ack()
      return chat.tell(address, STRANGER)
    }
    const about = /^1:(.*)$/s.exec(action.value ?? '')?.[1]
    const then = press(ctx, act, about === undefined ? '' : action.action_id, about ?? '')
    await carry(then, act, body.trigger_id, () => ack())
  })

  app.view(/^form:/, async ({ ack, body, view }) => {
    const { form, about, channel, ...opened } = JSON.parse(view.private_metadata) as Record<string, string>
    const person = personOf(body.user, body.team?.id)
    const act: Act = {
      person,
      address: { platform: 'slack', account: person.account, channel: channel ?? '' },
      key: `slack:view:${view.id}`,
      // By Slack's clock, as its buttons are: ours may stand elsewhere, and the newer click has to win.
      at: new Date(Number(opened.at) + Date.now() - Number(opened.host)),
    }
    if (!on.known(person)) return void (await ack())
    const values = Object.fromEntries(
      Object.entries(view.state.values).map(([block, inputs]) => {
        const input = Object.values(inputs)[0]
        return [block, input?.value ?? input?.selected_option?.value ?? '']
      }),
    )
    const then = submit(ctx, act, form ?? '', about ?? '', values)
    if ('faults' in then) return void (await ack({ response_action: 'errors', errors: { ...then.faults } }))
    await carry(then, act, undefined, () => ack())
  })

  app.command(SLASHES, async ({ ack, command, respond }) => {
    const person = personOf(
      { id: command.user_id, name: command.user_name, team_id: command.team_id },
      undefined,
    )
    const act: Act = {
      person,
      address: { platform: 'slack', account: person.account, channel: command.channel_id },
      key: `slack:command:${command.trigger_id}`,
      at: new Date(),
    }
    const say = (reply: Reply) => respond({ response_type: 'ephemeral', ...renderReply(reply) })
    if (!on.known(person)) {
      await ack()
      return void (await say(STRANGER))
    }
    const slash = SLASHES.exec(command.command)![1]!
    await carry(obey(ctx, act, slash, command.text), act, command.trigger_id, () => ack(), say)
  })
}
