// Brings a message within Slack's limits, whatever is in it: what matters least is shortened first, then left out.
import type { types } from '@slack/bolt'
import { jsonLength, LIMITS } from './limits.ts'
import { cut } from './mrkdwn.ts'

type Block = types.KnownBlock

const MORE = '… more in the thread'
/** Shortened to this first; where that isn't enough, the block goes. */
const SHORT = 280
/** Never shortened as long as anything else can be: figures, trust, tally, buttons. */
export const WHOLE = 0

/** Where nobody says what matters: headings and buttons, then what comes first. */
const rankOf = ({ type }: Block, index: number): number =>
  type === 'header' || type === 'actions' ? WHOLE : index + 1

/**
 * Always a message that `checkMessage` finds nothing wrong with. `ranks`: one for each block; the highest is shortened
 * first, `WHOLE` last.
 */
export function fitMessage<M extends { readonly text: string; readonly blocks: readonly Block[] }>(
  message: M,
  ranks: readonly number[] = message.blocks.map(rankOf),
): M & { text: string; blocks: Block[] } {
  let kept: Kept[] = message.blocks.flatMap((block, i) => {
    const legal = bounded(block)
    return legal ? [{ block: legal, rank: ranks[i] ?? WHOLE }] : []
  })
  while (kept.length > LIMITS.messageBlocks) kept = without(kept, leastOf(kept)!)
  kept = withoutTwins(kept, ({ block }) => block.block_id)
  for (let over = excess(kept); over > 0; over = excess(kept)) kept = lighter(kept, over)
  return {
    ...message,
    text: cutText(message.text || 'Grace', LIMITS.text),
    blocks: kept.map(({ block }) => block),
  }
}

interface Kept {
  readonly block: Block
  readonly rank: number
}

const without = (kept: readonly Kept[], one: Kept): Kept[] => kept.filter((other) => other !== one)

/** One step: everything is shortened before anything goes, and what is to stay whole comes last in both. */
function lighter(kept: readonly Kept[], over: number): Kept[] {
  const spare = kept.filter(({ rank }) => rank !== WHOLE)
  for (const some of [spare, kept]) {
    const long = leastOf(some.filter(({ block }) => shortened(block, over)))
    if (long) return kept.map((one) => (one === long ? { ...one, block: shortened(one.block, over)! } : one))
    const least = leastOf(some)
    if (least) return without(kept, least)
  }
  return []
}

const excess = (kept: readonly Kept[]): number => jsonLength(kept.map(({ block }) => block)) - LIMITS.json

/** The later one of those that matter least. */
const leastOf = (kept: readonly Kept[]): Kept | undefined =>
  kept.reduce<Kept | undefined>((least, one) => (!least || one.rank >= least.rank ? one : least), undefined)

/** Its words, cut by what is too much; undefined where it is short already, or has no words to cut. */
function shortened(block: Block, over: number): Block | undefined {
  const cutBy = <T extends types.TextObject>(text: T): T | undefined =>
    text.text.length <= SHORT
      ? undefined
      : // A cut character saves at least one character of JSON; the words added cost some.
        { ...text, text: cutText(text.text, Math.max(SHORT, text.text.length - over - MORE.length - 8)) }
  if (block.type === 'section') {
    const text = block.text && cutBy(block.text)
    return text && { ...block, text }
  }
  if (block.type !== 'context' || block.elements.length !== 1) return undefined
  const [only] = block.elements
  const text = only && only.type !== 'image' ? cutBy(only) : undefined
  return text && { ...block, elements: [text] }
}

/** At most `limit` UTF-16 units, and no half of an entity, a date or a code block. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text
  const fences = (part: string) => part.split('```').length - 1
  const inCode = (part: string) => fences(part) % 2 === 1
  let head = cut(text, limit - MORE.length - 5)
  head = head
    .replace(/&[a-z]{0,4}$/, '')
    .replace(/<[^<>]*$/, '')
    .replace(/`{1,2}$/, '')
  return cut(`${head.trimEnd()}${inCode(head) ? '\n```' : ''}${MORE}`, limit)
}

const within = <T extends { readonly text: string }>(text: T, limit: number): T => ({
  ...text,
  text: cutPlain(text.text || '–', limit),
})
const cutPlain = (text: string, limit: number): string =>
  text.length <= limit ? text : `${cut(text, limit - 1)}…`
const textOf = <T extends types.TextObject>(text: T, limit: number): T | undefined =>
  text.text === '' ? undefined : { ...text, text: cutText(text.text, limit) }

/** The block with every text within its limit; undefined where nothing is left of it, or it is none that we send. */
function bounded(given: Block): Block | undefined {
  const block =
    given.block_id && given.block_id.length <= LIMITS.id ? given : { ...given, block_id: undefined }
  if (block.block_id === undefined) delete block.block_id
  switch (block.type) {
    case 'divider':
      return block
    case 'header':
      return block.text.text === '' ? undefined : { ...block, text: within(block.text, LIMITS.header) }
    case 'image':
      if ('image_url' in block && block.image_url.length > LIMITS.url) return undefined
      return {
        ...block,
        alt_text: cutPlain(block.alt_text || 'chart', LIMITS.alt),
        ...(block.title ? { title: within(block.title, LIMITS.alt) } : {}),
      }
    case 'section': {
      const text = block.text && textOf(block.text, LIMITS.section)
      return text ? { type: 'section', text } : undefined
    }
    case 'context': {
      const elements = block.elements
        .slice(0, LIMITS.context)
        .flatMap((one) => (one.type === 'image' ? [] : (textOf(one, LIMITS.section) ?? [])))
      return elements.length > 0 ? { ...block, elements } : undefined
    }
    case 'actions': {
      const elements = withoutTwins(block.elements.filter(isOurs), ({ action_id }) => action_id)
      return elements.length > 0
        ? { ...block, elements: elements.slice(0, LIMITS.actions).map(boundedButton) }
        : undefined
    }
    default:
      return undefined
  }
}

const isOurs = (element: types.ActionsBlockElement): element is types.Button =>
  element.type === 'button' &&
  element.action_id !== '' &&
  (element.action_id ?? '').length <= LIMITS.id &&
  (element.url ?? '').length <= LIMITS.url

function boundedButton({ confirm, accessibility_label: said, ...button }: types.Button): types.Button {
  const { title, text, button: press } = LIMITS.confirm
  return {
    ...button,
    ...(said ? { accessibility_label: cutPlain(said, LIMITS.button) } : {}),
    text: within(button.text, LIMITS.button),
    ...(button.value === undefined ? {} : { value: cut(button.value, LIMITS.value) }),
    ...(confirm
      ? {
          confirm: {
            ...confirm,
            ...(confirm.title ? { title: within(confirm.title, title) } : {}),
            text: within(confirm.text, text),
            ...(confirm.confirm ? { confirm: within(confirm.confirm, press) } : {}),
            ...(confirm.deny ? { deny: within(confirm.deny, press) } : {}),
          },
        }
      : {}),
  }
}

/** The first of those with the same id, and all that have none. */
function withoutTwins<T>(all: readonly T[], idOf: (one: T) => string | undefined): T[] {
  const seen = new Set<string>()
  return all.filter((one) => {
    const id = idOf(one)
    if (id === undefined) return true
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}
