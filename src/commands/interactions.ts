// What a click, a command or a filled-in form becomes. Forms and clicks are decided at once, for the platform waits
// three seconds; answers are looked up after it was acknowledged.
import { warningOf } from '../cards/buttons.ts'
import { cardOf } from '../cards/card.ts'
import { rejectForm, rollbackForm } from '../cards/forms.ts'
import type { Form, Reply } from '../cards/post.ts'
import { reply } from '../cards/post.ts'
import { summaryOf } from '../cards/summary.ts'
import { actorOf } from '../chat/accounts.ts'
import type { Chats } from '../chat/chat.ts'
import type { Click } from '../chat/inbox.ts'
import { confirmLink, redeemLinkCode } from '../chat/link-accounts.ts'
import { type Address, type Person, PLATFORM_NAMES } from '../chat/person.ts'
import { Refusal } from '../kernel/refusal.ts'
import { openMission } from '../mission/open-mission.ts'
import { orderRollback } from '../mission/order-rollback.ts'
import { readMission } from '../mission/read-mission.ts'
import { askForRevision } from '../mission/revise-mission.ts'
import type { Vote } from '../parliament/tally.ts'
import type { Command, Speaker, Speaking, Values } from './command.ts'
import { parse, valuesOf } from './parse.ts'
import { permitRole } from './permit-role.ts'
import { proposalOf } from './proposal.ts'
import { BUTTON_ROLES, type ButtonAction, COMMANDS } from './table.ts'

export interface Interacting extends Speaking {
  readonly chats: Chats
}

/** Somebody does something, and where they are answered. `key` is the platform's own id of it. */
export interface Act {
  readonly person: Person
  readonly address: Address
  readonly key: string
  readonly at: Date
}

export type Then =
  | { readonly form: Form }
  | { readonly click: Click }
  /** After the acknowledgement. A Refusal becomes what is said. */
  | { readonly answer: () => Promise<Reply> }

const said = (refusal: Refusal): Reply => reply('', `⚠️ ${refusal.message}`, refusal.next)

/** What is asked once is answered once, however often and to however many processes it is delivered. */
export async function answerOnce(
  ctx: Pick<Interacting, 'control'>,
  act: Act,
  answer: () => Promise<Reply>,
  onFault: (error: unknown) => void,
): Promise<Reply | undefined> {
  try {
    const attempt = await ctx.control.transact(({ posts }) => posts.attempt(`act:${act.key}`))
    if (attempt !== 'new') return undefined
  } catch (error) {
    onFault(error)
    return reply('', '⚠️ The database does not answer. Nothing was done.', 'Try again in a moment.')
  }
  return inWords(answer, onFault)
}

/** A fault is ours and is not shown. */
async function inWords(answer: () => Promise<Reply>, onFault: (error: unknown) => void): Promise<Reply> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof Refusal) return said(error)
    onFault(error)
    return reply('', '⚠️ A fault of Grace’s own; its log says more.', 'Nothing was changed. Try again.')
  }
}

async function speakerOf(ctx: Interacting, { person, address }: Act): Promise<Speaker> {
  const member = await ctx.control.transact(({ accounts }) => accounts.memberOf(person))
  return { person, address, actor: actorOf(person, member) }
}

const clickOf = (act: Act, session: string, vote: Vote, reason = ''): Click => ({
  ...act.person,
  key: act.key,
  session,
  vote,
  reason,
  address: act.address,
  clickedAt: act.at,
})

/** A button. `about` is the id of what it is about, from its value. */
export function press(ctx: Interacting, act: Act, action: string, about: string): Then {
  const role = BUTTON_ROLES[action as ButtonAction]
  if (!role)
    return {
      answer: async () =>
        reply('', 'This button is from another version of Grace.', 'Use the newest message of the mission.'),
    }
  if (action === 'vote:reject') return { form: rejectForm(about) }
  if (action === 'rollback') return { form: rollbackForm(about) }
  const vote = /^vote:(approve|abstain|withdrawn)$/.exec(action)?.[1] as Vote | undefined
  if (vote) return { click: clickOf(act, about, vote) }
  return {
    answer: async () => {
      const speaker = await speakerOf(ctx, act)
      permitRole(speaker.actor, role)
      return answerTo(ctx, act, speaker, action, about)
    },
  }
}

async function answerTo(
  ctx: Interacting,
  act: Act,
  speaker: Speaker,
  action: string,
  about: string,
): Promise<Reply> {
  switch (action) {
    case 'details':
      return summaryOf(cardOf(await readMission(ctx.control, speaker.actor, about), ctx.control.config))
    case 'revise':
      await askForRevision(ctx.control, speaker.actor, about)
      return reply(
        '',
        '🛠️ A revision is being made with the feedback so far. The thread says what comes of it.',
      )
    case 'ask:approve':
      return confirmation(ctx, speaker, about)
    case 'list:next': {
      const [page = '', phase = '', target = ''] = about.split('|')
      return commandNamed('missions', 'list').run(ctx, speaker, {
        page,
        phase,
        target: target || undefined,
      } as Values)
    }
    case 'link:redeem': {
      const issuer = await redeemLinkCode(ctx.control, act.person, act.address, about)
      const chat = ctx.chats[issuer.platform]
      if (!chat)
        throw new Refusal(
          'unavailable',
          'platform_away',
          `${PLATFORM_NAMES[issuer.platform]} is not reachable at the moment.`,
          'Press again later; the code stays good for ten minutes.',
        )
      await chat.tell(issuer, {
        title: `Join with ${act.person.name} on ${PLATFORM_NAMES[act.person.platform]}?`,
        lines: ['They redeemed your code. If that is not you, do not go on.'],
        buttons: [{ action: 'link:confirm', about, label: 'That is me', style: 'primary' }],
      })
      return reply('', `Now confirm as ${issuer.name} on ${PLATFORM_NAMES[issuer.platform]}.`)
    }
    case 'link:confirm': {
      const other = await confirmLink(ctx.control, act.person, about)
      const where = PLATFORM_NAMES[other.platform]
      await ctx.chats[other.platform]
        ?.tell(
          other,
          reply('', `🔗 Linked with ${act.person.name} on ${PLATFORM_NAMES[act.person.platform]}.`),
        )
        .catch(() => {})
      return reply(
        '',
        `🔗 Linked with ${other.name} on ${where}: one member, one vote, in sessions from now on.`,
      )
    }
    default:
      throw new Error(`no answer to the button ${action}`)
  }
}

/** High risk, on a platform whose buttons don't ask: what will run, and a second button. */
async function confirmation(ctx: Interacting, speaker: Speaker, session: string): Promise<Reply> {
  const found = await ctx.control.transact(({ sessions }) => sessions.find(session))
  if (!found)
    throw new Refusal(
      'not_found',
      'session_not_found',
      'There is no such vote.',
      'See /missions list discussion.',
    )
  const { change } = cardOf(await readMission(ctx.control, speaker.actor, found.mission), ctx.control.config)
  const warning = warningOf(change, ctx.control.config.targets.get(found.target))
  return {
    title: 'Approve this?',
    lines: [warning ?? 'Its risk is no longer high.'],
    buttons: [{ action: 'vote:approve', about: session, label: 'Yes, approve', style: 'primary' }],
  }
}

const commandNamed = (slash: string, name: string): Command =>
  COMMANDS.find((one) => one.slash === slash && one.name === name)!

/** A slash command as Slack sends it: words. */
export const obey = (ctx: Interacting, act: Act, slash: string, words: string): Then =>
  orSaid(() => {
    const { command, values } = parse(slash, words)
    return obeyParsed(ctx, act, command, values)
  })

/** A slash command that the platform has taken apart already. */
export function obeyNamed(ctx: Interacting, act: Act, slash: string, name: string, values: Values): Then {
  const command = COMMANDS.find((one) => one.slash === slash && one.name === name)
  return command
    ? orSaid(() => obeyParsed(ctx, act, command, valuesOf(command, values)))
    : obey(ctx, act, slash, name)
}

/** What can't be read is answered with why. */
function orSaid(read: () => Then): Then {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { answer: async () => said(error) }
  }
}

function obeyParsed(ctx: Interacting, act: Act, command: Command, values: Values): Then {
  if (command.form) return { form: command.form() }
  return {
    answer: async () => {
      const speaker = await speakerOf(ctx, act)
      permitRole(speaker.actor, command.role)
      return command.run(ctx, speaker, values)
    },
  }
}

/** A filled-in form. `faults` name fields that have to be mended; nothing was typed in vain. */
export function submit(
  ctx: Interacting,
  act: Act,
  form: string,
  about: string,
  values: Readonly<Record<string, string>>,
): Then | { readonly faults: Readonly<Record<string, string>> } {
  if (form === 'reject' || form === 'rollback') {
    const reason = (values.reason ?? '').trim()
    if (reason === '') return { faults: { reason: 'Say why, in a few words.' } }
    if (form === 'reject') return { click: clickOf(act, about, 'reject', reason) }
    return {
      answer: async () => {
        const { actor } = await speakerOf(ctx, act)
        permitRole(actor, 'voter')
        await orderRollback(ctx.control, actor, about, reason)
        return reply('', '↩️ It is being rolled back. The thread says what comes of it.')
      },
    }
  }
  if (form === 'propose') {
    const proposal = proposalOf(values, ctx.control.config.targets)
    if ('faults' in proposal) return proposal
    return {
      answer: async () => {
        const speaker = await speakerOf(ctx, act)
        permitRole(speaker.actor, 'member')
        try {
          const mission = await openMission(ctx.control, speaker.actor, proposal)
          return reply(
            `M-${mission.number} ${mission.title}`,
            mission.candidate || proposal.ref || proposal.patch
              ? 'Opened. It is being tested against today’s code.'
              : 'Opened. It waits for a change.',
          )
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          // What was written is given back, so that it is not typed in vain.
          return reply(
            '',
            `⚠️ ${error.message}`,
            error.next,
            `Your words: ${proposal.title}`,
            proposal.rationale,
          )
        }
      },
    }
  }
  return { answer: async () => reply('', 'This form is from another version of Grace.', 'Open it again.') }
}
