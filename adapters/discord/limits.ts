// Discord's limits (CHAT.md 2.1), checked on a finished body: counted in code points, as Discord's API counts them.
// This knows nothing of how messages are made; fit.ts makes them fit, and the tests hold one against the other.

export const LIMITS = {
  /** IS_COMPONENTS_V2. */
  flag: 1 << 15,
  components: 40,
  /** Over all text displays together. */
  texts: 4000,
  /**
   * UTF-8 bytes of all text displays and 12 for each: past this Discord answers 500. Not documented;
   * measured by others (discord-api-docs#8554).
   */
  textBytes: 10_170,
  textBytesEach: 12,
  customId: 100,
  label: 80,
  row: 5,
  gallery: 10,
  altText: 1024,
  url: 2048,
  modal: { title: 45, fields: 5, label: 45, description: 100, text: 4000, placeholder: 100 },
  select: { options: 25, label: 100, value: 100, description: 100, placeholder: 150 },
} as const

interface Node {
  readonly type?: number
  readonly [key: string]: unknown
}

const ROW = 1
const BUTTON = 2
const STRING_SELECT = 3
const TEXT_INPUT = 4
const SECTION = 9
const TEXT = 10
const THUMBNAIL = 11
const GALLERY = 12
const FILE = 13
const SEPARATOR = 14
const CONTAINER = 17
const LABEL = 18
const SELECTS = [STRING_SELECT, 5, 6, 7, 8]
/** File upload, radio group, checkbox group, checkbox. */
const OTHER_INPUTS = [19, 21, 22, 23]
const IN_CONTAINER = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR]
const AT_TOP = [...IN_CONTAINER, CONTAINER]

const lengthOf = (text: string): number => Array.from(text).length
const listOf = (value: unknown): Node[] => (Array.isArray(value) ? (value as Node[]) : [])

/** What a body breaks, a line each, beginning with where. */
class Faults {
  readonly lines: string[] = []

  text(path: string, value: unknown, least: number, most: number): void {
    if (value === undefined || value === null) {
      if (least > 0) this.lines.push(`${path}: missing`)
    } else if (typeof value !== 'string') this.lines.push(`${path}: no text`)
    else this.within(path, lengthOf(value), least, most, 'characters')
  }

  list(path: string, value: unknown, least: number, most: number): Node[] {
    const entries = listOf(value)
    this.within(path, entries.length, least, most, 'entries')
    return entries
  }

  whole(path: string, value: unknown, least: number, most: number): void {
    if (value === undefined || value === null) return
    if (!Number.isInteger(value)) this.lines.push(`${path}: no whole number`)
    else this.within(path, value as number, least, most, '')
  }

  within(path: string, count: number, least: number, most: number, of: string): void {
    if (count < least || count > most)
      this.lines.push(`${path}: ${count}${of && ` ${of}`}, allowed ${least} to ${most}`)
  }

  oneOf(path: string, value: unknown, allowed: readonly unknown[]): void {
    if (!allowed.includes(value)) this.lines.push(`${path}: ${String(value)} is not allowed here`)
  }

  unique(path: string, values: readonly unknown[]): void {
    if (new Set(values).size < values.length) this.lines.push(`${path}: used twice`)
  }
}

/** Every limit that a message breaks; empty = fine. */
export function checkMessage(body: object): string[] {
  const message = body as Node
  const faults = new Faults()
  const v2 = (Number(message.flags ?? 0) & LIMITS.flag) !== 0
  faults.text('content', message.content, 0, 2000)
  checkEmbeds(faults, message.embeds)
  if (v2)
    for (const field of ['content', 'embeds', 'poll', 'sticker_ids'])
      if (message[field] && listOf(message[field]).length + String(message[field]).length > 0)
        faults.lines.push(`${field}: not together with components v2`)
  if (typeof message.nonce === 'string') faults.text('nonce', message.nonce, 0, 25)
  if (message.enforce_nonce) faults.text('nonce', message.nonce?.toString(), 1, 25)
  for (const [i, file] of faults.list('attachments', message.attachments, 0, 10).entries())
    faults.text(`attachments.${i}.description`, file.description, 0, LIMITS.altText)
  const top = faults.list('components', message.components, 0, v2 ? LIMITS.components : 5)
  for (const [i, node] of top.entries()) faults.oneOf(`components.${i}.type`, node.type, v2 ? AT_TOP : [ROW])
  const all = top.flatMap((node, i) => nested(node, `components.${i}`))
  for (const { node, path } of all) checkComponent(faults, node, path)
  faults.unique('custom_id', customIdsOf(all))
  if (v2) checkTotals(faults, all)
  return faults.lines
}

function checkTotals(faults: Faults, all: readonly Placed[]): void {
  const texts = all.filter(({ node }) => node.type === TEXT).map(({ node }) => String(node.content ?? ''))
  const sum = (of: (text: string) => number) => texts.reduce((total, text) => total + of(text), 0)
  const bytes = sum((text) => Buffer.byteLength(text) + LIMITS.textBytesEach)
  faults.within('components', all.length, 0, LIMITS.components, 'components, nested ones counted')
  faults.within('components', sum(lengthOf), 0, LIMITS.texts, 'characters over all texts')
  faults.within('components', bytes, 0, LIMITS.textBytes, 'bytes over all texts')
}

function checkEmbeds(faults: Faults, embeds: unknown): void {
  let total = 0
  const text = (path: string, value: unknown, least: number, most: number) => {
    faults.text(path, value, least, most)
    total += typeof value === 'string' ? lengthOf(value) : 0
  }
  for (const [i, embed] of faults.list('embeds', embeds, 0, 10).entries()) {
    text(`embeds.${i}.title`, embed.title, 0, 256)
    text(`embeds.${i}.description`, embed.description, 0, 4096)
    text(`embeds.${i}.footer.text`, (embed.footer as Node | undefined)?.text, 0, 2048)
    text(`embeds.${i}.author.name`, (embed.author as Node | undefined)?.name, 0, 256)
    for (const [j, field] of faults.list(`embeds.${i}.fields`, embed.fields, 0, 25).entries()) {
      text(`embeds.${i}.fields.${j}.name`, field.name, 1, 256)
      text(`embeds.${i}.fields.${j}.value`, field.value, 1, 1024)
    }
  }
  faults.within('embeds', total, 0, 6000, 'characters over all embeds')
}

interface Placed {
  readonly node: Node
  readonly path: string
}

/** The component and all that it holds, in reading order. */
function nested(node: Node, path: string): Placed[] {
  const one = (key: string) => (node[key] ? nested(node[key] as Node, `${path}.${key}`) : [])
  return [
    { node, path },
    ...listOf(node.components).flatMap((child, i) => nested(child, `${path}.components.${i}`)),
    ...one('accessory'),
    ...one('component'),
  ]
}

const customIdsOf = (all: readonly Placed[]): unknown[] =>
  all.map(({ node }) => node.custom_id).filter((id) => id !== undefined && id !== null)

function checkComponent(faults: Faults, node: Node, path: string): void {
  const children = (most: number, types: readonly number[]) => {
    for (const [i, child] of faults.list(`${path}.components`, node.components, 1, most).entries())
      faults.oneOf(`${path}.components.${i}.type`, child.type, types)
  }
  const media = (at: string, item: Node, key: string) => {
    faults.text(`${at}.${key}.url`, (item[key] as Node | undefined)?.url, 1, LIMITS.url)
    if (item.description !== null)
      faults.text(`${at}.description`, item.description ?? 'x', 1, LIMITS.altText)
  }
  if (node.type === BUTTON) checkButton(faults, node, path)
  else if (SELECTS.includes(node.type!)) checkSelect(faults, node, path)
  else if (node.type === TEXT) faults.text(`${path}.content`, node.content, 1, LIMITS.texts)
  else if (node.type === THUMBNAIL) media(path, node, 'media')
  else if (node.type === FILE) media(path, node, 'file')
  else if (node.type === GALLERY)
    for (const [i, item] of faults.list(`${path}.items`, node.items, 1, LIMITS.gallery).entries())
      media(`${path}.items.${i}`, item, 'media')
  else if (node.type === ROW) {
    children(LIMITS.row, [BUTTON, ...SELECTS])
    const row = listOf(node.components)
    if (row.length > 1 && row.some(({ type }) => SELECTS.includes(type!)))
      faults.lines.push(`${path}.components: a select fills its row`)
  } else if (node.type === CONTAINER) {
    children(LIMITS.components, IN_CONTAINER)
    faults.whole(`${path}.accent_color`, node.accent_color, 0, 0xffffff)
  } else if (node.type === SECTION) {
    children(3, [TEXT])
    faults.oneOf(`${path}.accessory.type`, (node.accessory as Node | undefined)?.type, [BUTTON, THUMBNAIL])
  } else if (node.type === SEPARATOR) faults.oneOf(`${path}.spacing`, node.spacing ?? 1, [1, 2])
}

function checkButton(faults: Faults, button: Node, path: string): void {
  const link = button.style === 5
  faults.oneOf(`${path}.style`, button.style, [1, 2, 3, 4, 5])
  faults.text(`${path}.label`, button.label, button.emoji ? 0 : 1, LIMITS.label)
  if (link) faults.text(`${path}.url`, button.url, 1, 512)
  else faults.text(`${path}.custom_id`, button.custom_id, 1, LIMITS.customId)
  if ((link ? button.custom_id : button.url) != null)
    faults.lines.push(`${path}: a custom id and a url exclude each other`)
}

function checkSelect(faults: Faults, select: Node, path: string): void {
  const { options, label, value, description, placeholder } = LIMITS.select
  faults.text(`${path}.custom_id`, select.custom_id, 1, LIMITS.customId)
  faults.text(`${path}.placeholder`, select.placeholder, 0, placeholder)
  faults.whole(`${path}.min_values`, select.min_values, 0, options)
  faults.whole(`${path}.max_values`, select.max_values, 1, options)
  if (select.type !== STRING_SELECT) return
  const given = faults.list(`${path}.options`, select.options, 1, options)
  for (const [i, option] of given.entries()) {
    faults.text(`${path}.options.${i}.label`, option.label, 1, label)
    faults.text(`${path}.options.${i}.value`, option.value, 1, value)
    faults.text(`${path}.options.${i}.description`, option.description, 0, description)
  }
  faults.unique(
    `${path}.options`,
    given.map(({ value }) => value),
  )
}

/** Every limit that a modal breaks; empty = fine. */
export function checkModal(body: object): string[] {
  const modal = body as Node
  const faults = new Faults()
  faults.text('custom_id', modal.custom_id, 1, LIMITS.customId)
  faults.text('title', modal.title, 1, LIMITS.modal.title)
  const top = faults.list('components', modal.components, 1, LIMITS.modal.fields)
  for (const [i, node] of top.entries()) {
    const path = `components.${i}`
    faults.oneOf(`${path}.type`, node.type, [TEXT, LABEL])
    if (node.type === TEXT) faults.text(`${path}.content`, node.content, 1, LIMITS.texts)
    if (node.type !== LABEL) continue
    faults.text(`${path}.label`, node.label, 1, LIMITS.modal.label)
    faults.text(`${path}.description`, node.description, 0, LIMITS.modal.description)
    checkInput(faults, (node.component ?? {}) as Node, `${path}.component`)
  }
  faults.unique('custom_id', customIdsOf(top.flatMap((node, i) => nested(node, `components.${i}`))))
  return faults.lines
}

function checkInput(faults: Faults, input: Node, path: string): void {
  const { text, placeholder } = LIMITS.modal
  faults.oneOf(`${path}.type`, input.type, [TEXT_INPUT, ...SELECTS, ...OTHER_INPUTS])
  if (SELECTS.includes(input.type!)) checkSelect(faults, input, path)
  if (input.type !== TEXT_INPUT) return
  faults.text(`${path}.custom_id`, input.custom_id, 1, LIMITS.customId)
  faults.oneOf(`${path}.style`, input.style, [1, 2])
  faults.text(`${path}.placeholder`, input.placeholder, 0, placeholder)
  faults.text(`${path}.value`, input.value, 0, text)
  faults.whole(`${path}.min_length`, input.min_length, 0, text)
  faults.whole(`${path}.max_length`, input.max_length, 1, text)
}
