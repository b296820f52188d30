// Makes a message that is within every limit of Discord: words are shortened, the least important first, and a line
// says so; figures stay whole. Sizes are counted in UTF-16 units, which are never fewer than Discord's code points.
import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIComponentInContainer,
  APIMessageTopLevelComponent,
} from 'discord.js'
import { LIMITS } from './limits.ts'
import { escaped, escapedCode } from './markdown.ts'

/** Plain text that may be shortened: the last items go first, and the only one is cut. */
export interface Words {
  readonly items: readonly string[]
  readonly between?: string
  /** Markdown of ours around them. */
  readonly before?: string
  readonly after?: string
  /** The lowest is shortened first. */
  readonly rank: number
  /** Characters beyond which nobody reads on, however much room there is. */
  readonly most?: number
  /** Stands inside a code block. */
  readonly code?: boolean
}

/** A string is markdown of ours, and stays whole. */
export type Part = string | Words

export interface Press {
  readonly customId: string
  readonly label: string
  readonly style: 'primary' | 'danger' | 'plain'
}

export type Block =
  | { readonly text: readonly Part[] }
  | { readonly line: 'thin' | 'wide' }
  | { readonly picture: string; readonly alt: string }
  | { readonly press: readonly Press[] }

export interface Draft {
  /** 0xRRGGBB of a frame around all; without it there is no frame. */
  readonly accent?: number
  readonly blocks: readonly Block[]
  /** Said below the last text where words are missing. */
  readonly more: string
}

export interface Message {
  readonly flags: number
  readonly components: APIMessageTopLevelComponent[]
  readonly allowed_mentions: { readonly parse: [] }
}

/** Cut by code point, so that no character is split. */
export function cut(text: string, most: number): string {
  const points = Array.from(text)
  return points.length <= most ? text : `${points.slice(0, Math.max(most - 1, 0)).join('')}…`
}

const STYLES = { primary: 3, danger: 4, plain: 2 } as const
const ROOM = { units: LIMITS.texts, bytes: LIMITS.textBytes - 170 }

export function fitMessage(draft: Draft): Message {
  const parts = draft.blocks.map((block) => ('text' in block ? block.text : []))
  const words = parts
    .flat()
    .filter((part) => typeof part !== 'string')
    .sort((a, b) => a.rank - b.rank)
  const lengths = new Map(words.map((one) => [one, Math.min(sizeOf(one), one.most ?? LIMITS.texts)]))
  const fits = () => haveRoom(writeAll(parts, lengths, draft.more))
  for (const one of words) {
    if (fits()) break
    let [least, most] = [0, lengths.get(one)!]
    while (least < most) {
      const middle = Math.ceil((least + most) / 2)
      lengths.set(one, middle)
      if (fits()) least = middle
      else most = middle - 1
    }
    lengths.set(one, least)
  }
  const texts = writeAll(parts, lengths, draft.more)
  // Unreachable with a card's own figures: what is whole by itself is larger than a message.
  for (let last = texts.length - 1; !haveRoom(texts) && last >= 0; last--) texts[last] = ''
  return messageOf(draft, texts)
}

const sizeOf = ({ items }: Words): number => items.reduce((sum, item) => sum + Array.from(item).length, 0)

function haveRoom(texts: readonly string[]): boolean {
  let [units, bytes] = [0, 0]
  for (const text of texts) {
    units += text.length
    bytes += Buffer.byteLength(text) + LIMITS.textBytesEach
  }
  return units <= ROOM.units && bytes <= ROOM.bytes
}

/** The texts of all blocks; '' for a block that has none. */
function writeAll(parts: readonly (readonly Part[])[], lengths: Map<Words, number>, more: string): string[] {
  let missing = false
  const texts = parts.map((block) =>
    block
      .map((part) => {
        if (typeof part === 'string') return part
        const written = write(part, lengths.get(part)!)
        missing ||= written.cut
        return written.text
      })
      .join('')
      .trim(),
  )
  const last = texts.findLastIndex((text) => text !== '')
  if (missing && last >= 0) texts[last] = `${texts[last]}\n-# ${more}`
  return texts
}

function write(words: Words, room: number): { text: string; cut: boolean } {
  const { items, between = ' ', before = '', after = '', code = false } = words
  const safe = code ? escapedCode : escaped
  const shown: string[] = []
  let left = room
  for (const item of items) {
    const size = Array.from(item).length
    if (size > left && (shown.length > 0 || left < 2)) break
    shown.push(safe(cut(item, left)))
    left -= Math.min(size, left)
  }
  const dropped = items.length - shown.length
  if (shown.length === 0) return { text: '', cut: dropped > 0 }
  const rest = dropped > 0 ? [`… ${dropped} more`] : []
  return {
    text: before + [...shown, ...rest].join(between) + after,
    cut: dropped > 0 || sizeOf({ ...words, items: items.slice(0, shown.length) }) > room,
  }
}

function messageOf(draft: Draft, texts: readonly string[]): Message {
  const taken = new Set<string>()
  const built = draft.blocks.flatMap((block, i) => build(block, texts[i]!, taken))
  const components = withoutIdleLines(built)
  // Discord refuses an empty message.
  if (components.length === 0) components.push({ type: 10, content: '…' })
  return {
    flags: LIMITS.flag,
    components: framed(asManyAsFit(components, draft.accent === undefined ? 0 : 1), draft.accent),
    allowed_mentions: { parse: [] },
  }
}

const framed = (components: APIComponentInContainer[], accent: number | undefined) =>
  accent === undefined || components.length === 0
    ? components
    : [{ type: 17 as const, accent_color: accent, components }]

function build(block: Block, text: string, taken: Set<string>): APIComponentInContainer[] {
  if ('text' in block) return text === '' ? [] : [{ type: 10, content: text }]
  if ('line' in block) return [{ type: 14, divider: true, spacing: block.line === 'thin' ? 1 : 2 }]
  if ('picture' in block) {
    const description = cut(block.alt.toWellFormed().trim(), LIMITS.altText)
    const media = { url: `attachment://${block.picture}` }
    return [{ type: 12, items: [description === '' ? { media } : { media, description }] }]
  }
  return rowsOf(block.press, taken)
}

/** A button whose id is impossible or taken could never be answered: it is left out. */
function rowsOf(
  presses: readonly Press[],
  taken: Set<string>,
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const buttons = presses
    .filter(({ customId }) => {
      const usable = customId !== '' && customId.length <= LIMITS.customId && !taken.has(customId)
      taken.add(customId)
      return usable
    })
    .map(({ customId, label, style }) => ({
      type: 2 as const,
      style: STYLES[style],
      label: shortLabel(label),
      custom_id: customId,
    }))
  return Array.from({ length: Math.ceil(buttons.length / LIMITS.row) }, (_, i) => ({
    type: 1,
    components: buttons.slice(i * LIMITS.row, (i + 1) * LIMITS.row),
  }))
}

/** 40 code points are at most 80 UTF-16 units. */
function shortLabel(label: string): string {
  const clean = label.toWellFormed().trim() || '…'
  return clean.length <= LIMITS.label ? clean : cut(clean, LIMITS.label / 2)
}

/** No line at either end, and no two in a row. */
function withoutIdleLines(components: readonly APIComponentInContainer[]): APIComponentInContainer[] {
  const isLine = (component: APIComponentInContainer | undefined) => component?.type === 14
  return components.filter(
    (component, i) =>
      !isLine(component) ||
      (i > 0 && !isLine(components[i + 1]) && components.slice(i + 1).some((later) => !isLine(later))),
  )
}

/** Whole components from the front, as many as a message may hold, nested ones counted. */
function asManyAsFit(
  components: readonly APIComponentInContainer[],
  used: number,
): APIComponentInContainer[] {
  let count = used
  return components.filter((component) => {
    const size = 1 + (component.type === 1 ? component.components.length : 0)
    if (count + size > LIMITS.components) return false
    count += size
    return true
  })
}
