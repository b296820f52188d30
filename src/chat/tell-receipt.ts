// Job: whoever clicked learns privately what became of it.
import type { Reply } from '../cards/post.ts'
import type { Transact } from '../kernel/work.ts'
import type { Chat } from './chat.ts'
import type { Inbox } from './inbox.ts'

const COUNTED = new Set(['counted', 'changed'])

export function receiptReply(
  { outcome, sentence }: { outcome: string; sentence: string },
  session: string,
  vote: string,
): Reply {
  const counted = COUNTED.has(outcome)
  return {
    title: '',
    lines: [`${counted ? '✅' : '⚠️'} ${sentence}`],
    buttons:
      counted && vote !== 'withdrawn'
        ? [{ action: 'vote:withdrawn', about: session, label: 'Withdraw my vote', style: 'plain' }]
        : [],
  }
}

export async function tellReceipt(
  ctx: { transact: Transact<{ inbox: Inbox }> },
  chat: Chat,
  key: string,
): Promise<void> {
  const click = await ctx.transact(({ inbox }) => inbox.find(key))
  if (!click?.settled) return
  await chat.tell(click.address, receiptReply(click.settled, click.session, click.vote), true)
  await ctx.transact(({ inbox }) => inbox.told(key))
}
