// /grace: who I am, and what there is.

import { reply } from '../cards/post.ts'
import { issueLinkCode, lookAtLinkCode, unlinkAccount } from '../chat/link-accounts.ts'
import { PLATFORM_NAMES } from '../chat/person.ts'
import { Refusal } from '../kernel/refusal.ts'
import { stopSentence } from '../mission/stop.ts'
import type { Command } from './command.ts'
import { helpOf } from './help.ts'

const link: Command = {
  slash: 'grace',
  name: 'link',
  args: [{ name: 'code', required: false, help: 'the code from the other platform' }],
  role: 'reader',
  help: 'join your account here with the one on the other platform',
  example: '/grace link',
  async run(ctx, { person, address }, { code }) {
    const here = PLATFORM_NAMES[person.platform]
    const there = person.platform === 'slack' ? PLATFORM_NAMES.discord : PLATFORM_NAMES.slack
    if (!code) {
      const made = await issueLinkCode(ctx.control, person, address)
      return reply(
        `Your code: ${made}`,
        `On ${there}, say: /grace link ${made}`,
        'It is good for ten minutes and one use. Nobody but you should see it.',
      )
    }
    const other = await lookAtLinkCode(ctx.control, person, code)
    return {
      title: `Join with ${other.name} on ${PLATFORM_NAMES[other.platform]}?`,
      lines: [
        `You are ${person.name} on ${here}. Both of you are then one member, with one vote, in sessions that open from now on.`,
        `If that is not you on ${PLATFORM_NAMES[other.platform]}, do not go on.`,
      ],
      buttons: [{ action: 'link:redeem', about: code, label: 'That is me', style: 'primary' }],
    }
  },
}

const unlink: Command = {
  slash: 'grace',
  name: 'unlink',
  args: [],
  role: 'reader',
  help: 'take such a link back',
  example: '/grace unlink',
  async run(ctx, { person }) {
    await unlinkAccount(ctx.control, person)
    return reply('', 'No longer linked.')
  },
}

const help: Command = {
  slash: 'grace',
  name: 'help',
  args: [],
  role: 'reader',
  help: 'what there is to say',
  example: '/grace help',
  run: async () => helpOf(),
}

const status: Command = {
  slash: 'grace',
  name: 'status',
  args: [],
  role: 'reader',
  help: 'who you are here, and how Grace is',
  example: '/grace status',
  async run(ctx, { actor, person }) {
    const you =
      actor.kind === 'member'
        ? `You are ${actor.name} (${actor.id}).`
        : `You are ${person.name}, and no member: you may read and speak. /grace link joins you to one.`
    const stop = await ctx.control.transact(({ stops }) => stops.current())
    return reply('Grace', you, ...(stop ? [`🛑 ${stopSentence(stop)}`] : []), ...ctx.status())
  },
}

const console_: Command = {
  slash: 'grace',
  name: 'console',
  args: [],
  role: 'member',
  help: 'a link that signs you in to the console',
  example: '/grace console',
  async run({ signInLink }, { actor }) {
    if (!signInLink)
      throw new Refusal(
        'unavailable',
        'console_not_public',
        'The console of this Grace is reached from its own machine only.',
        'Set GRACE_URL to the address by which people reach it.',
      )
    return reply(
      'Your link to the console',
      await signInLink(actor.id),
      'It is good for five minutes and one use. Whoever has it is you: do not pass it on.',
    )
  },
}

export const ACCOUNT: readonly Command[] = [link, unlink, help, status, console_]
