// What Slack refuses, counted before it is sent (CHAT.md 1.1): classic blocks only. Where Slack may count characters
// or UTF-16 units, the stricter of the two is taken, which is always the units.

export const LIMITS = {
  text: 4_000,
  /** JSON of all blocks of a message; undocumented, Slack was seen to refuse from about 13,200. */
  json: 13_000,
  messageBlocks: 50,
  viewBlocks: 100,
  id: 255,
  header: 150,
  section: 3_000,
  fields: 10,
  field: 2_000,
  actions: 25,
  context: 10,
  contextActions: 5,
  alt: 2_000,
  url: 3_000,
  label: 2_000,
  input: 3_000,
  button: 75,
  value: 2_000,
  placeholder: 150,
  modalTitle: 24,
  privateMetadata: 3_000,
  confirm: { title: 100, text: 300, button: 30 },
  options: 100,
  choices: 10,
  option: 75,
  markdown: 12_000,
} as const

type Fields = Readonly<Record<string, unknown>>
type Say = (at: string, what: string) => void
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const jsonLength = (blocks: readonly unknown[]): number => JSON.stringify(blocks).length

/** Everything that Slack would refuse, or that our own rule is stricter about; empty = fine. */
export function checkMessage(message: {
  readonly text: string
  readonly blocks: readonly unknown[]
}): string[] {
  const found: string[] = []
  const say: Say = (at, what) => void found.push(`${at}: ${what}`)
  string(say, 'text', message.text, LIMITS.text)
  blocks(say, message.blocks, LIMITS.messageBlocks)
  const json = jsonLength(message.blocks)
  if (json > LIMITS.json) say('blocks', `${json} characters of JSON, at most ${LIMITS.json}`)
  return found
}

export function checkView(view: object): string[] {
  const found: string[] = []
  const say: Say = (at, what) => void found.push(`${at}: ${what}`)
  const {
    type,
    title,
    submit,
    close,
    private_metadata,
    callback_id,
    external_id,
    blocks: list,
  } = view as Fields
  if (type !== 'modal' && type !== 'home') say('type', 'modal or home')
  if (type === 'modal') {
    text(say, 'title', title, LIMITS.modalTitle, { plain: true })
    text(say, 'submit', submit, LIMITS.modalTitle, { plain: true, optional: true })
    text(say, 'close', close, LIMITS.modalTitle, { plain: true, optional: true })
    const asks = Array.isArray(list) && list.some((block) => isFields(block) && block.type === 'input')
    if (asks && submit === undefined) say('submit', 'required with an input block')
  }
  string(say, 'private_metadata', private_metadata, LIMITS.privateMetadata, { optional: true, min: 0 })
  string(say, 'callback_id', callback_id, LIMITS.id, { optional: true, min: 0 })
  string(say, 'external_id', external_id, LIMITS.id, { optional: true, min: 0 })
  blocks(say, list, LIMITS.viewBlocks)
  return found
}

interface Rule {
  readonly optional?: boolean
  readonly min?: number
  readonly plain?: boolean
}

function string(say: Say, at: string, value: unknown, max: number, { optional = false, min = 1 }: Rule = {}) {
  if (value === undefined && optional) return
  if (typeof value !== 'string') say(at, 'a string is required')
  else if (value.length < min) say(at, 'empty')
  else if (value.length > max) say(at, `${value.length} characters, at most ${max}`)
}

function text(say: Say, at: string, value: unknown, max: number, rule: Rule = {}) {
  if (value === undefined && rule.optional) return
  if (!isFields(value)) return say(at, 'a text object is required')
  if (value.type !== 'plain_text' && (rule.plain || value.type !== 'mrkdwn'))
    say(at, `a ${value.type} can't be here`)
  string(say, `${at}.text`, value.text, max)
}

function list(say: Say, at: string, value: unknown, max: number, min = 1): Fields[] {
  if (!Array.isArray(value) || !value.every(isFields)) {
    say(at, 'a list of objects is required')
    return []
  }
  if (value.length < min || value.length > max) say(at, `${value.length} items, ${min} to ${max}`)
  return value
}

function unique(say: Say, at: string, ids: readonly unknown[]) {
  const given = ids.filter((id) => id !== undefined)
  if (new Set(given).size < given.length) say(at, 'an id occurs twice')
}

function blocks(say: Say, value: unknown, max: number) {
  const all = list(say, 'blocks', value, max, 0)
  unique(
    say,
    'blocks',
    all.filter(({ type }) => type !== 'markdown').map(({ block_id }) => block_id),
  )
  all.forEach((one, i) => {
    string(say, `blocks.${i}.block_id`, one.block_id, LIMITS.id, { optional: true })
    const check = BLOCKS[String(one.type)]
    if (check) check(say, `blocks.${i}`, one)
    else say(`blocks.${i}`, `${one.type} is none of the blocks that are sent`)
  })
  const markdown = all.filter(({ type }) => type === 'markdown').map((one) => String(one.text).length)
  if (markdown.reduce((sum, length) => sum + length, 0) > LIMITS.markdown)
    say('blocks', `markdown blocks together have at most ${LIMITS.markdown} characters`)
}

const BLOCKS: Readonly<Record<string, (say: Say, at: string, block: Fields) => void>> = {
  divider: () => {},
  header: (say, at, block) => text(say, `${at}.text`, block.text, LIMITS.header, { plain: true }),
  section: (say, at, block) => {
    text(say, `${at}.text`, block.text, LIMITS.section, { optional: block.fields !== undefined })
    if (block.fields !== undefined)
      list(say, `${at}.fields`, block.fields, LIMITS.fields).forEach((field, i) => {
        text(say, `${at}.fields.${i}`, field, LIMITS.field)
      })
    if (isFields(block.accessory)) element(say, `${at}.accessory`, block.accessory)
  },
  context: (say, at, block) =>
    list(say, `${at}.elements`, block.elements, LIMITS.context).forEach((one, i) => {
      if (one.type === 'image') image(say, `${at}.elements.${i}`, one)
      else text(say, `${at}.elements.${i}`, one, LIMITS.section)
    }),
  actions: (say, at, block) => elements(say, at, block, LIMITS.actions),
  context_actions: (say, at, block) => elements(say, at, block, LIMITS.contextActions),
  image: (say, at, block) => {
    image(say, at, block)
    text(say, `${at}.title`, block.title, LIMITS.alt, { plain: true, optional: true })
  },
  input: (say, at, block) => {
    text(say, `${at}.label`, block.label, LIMITS.label, { plain: true })
    text(say, `${at}.hint`, block.hint, LIMITS.label, { plain: true, optional: true })
    if (isFields(block.element)) element(say, `${at}.element`, block.element)
    else say(`${at}.element`, 'required')
  },
  markdown: (say, at, block) => string(say, `${at}.text`, block.text, LIMITS.markdown),
}

function elements(say: Say, at: string, block: Fields, max: number) {
  const all = list(say, `${at}.elements`, block.elements, max)
  unique(
    say,
    at,
    all.map(({ action_id }) => action_id),
  )
  all.forEach((one, i) => {
    element(say, `${at}.elements.${i}`, one)
  })
}

function image(say: Say, at: string, one: Fields) {
  string(say, `${at}.alt_text`, one.alt_text, LIMITS.alt)
  string(say, `${at}.image_url`, one.image_url, LIMITS.url, { optional: true })
  if ((one.image_url === undefined) === (one.slack_file === undefined))
    say(at, 'either image_url or slack_file is required')
  if (isFields(one.slack_file) && (one.slack_file.id === undefined) === (one.slack_file.url === undefined))
    say(`${at}.slack_file`, 'either id or url is required')
}

function element(say: Say, at: string, one: Fields) {
  string(say, `${at}.action_id`, one.action_id, LIMITS.id, { optional: true })
  text(say, `${at}.placeholder`, one.placeholder, LIMITS.placeholder, { plain: true, optional: true })
  if (one.confirm !== undefined) confirm(say, `${at}.confirm`, one.confirm)
  const check = ELEMENTS[String(one.type)]
  if (check) check(say, at, one)
  else say(at, `${one.type} is none of the elements that are sent`)
}

const ELEMENTS: Readonly<Record<string, (say: Say, at: string, one: Fields) => void>> = {
  image,
  button: (say, at, one) => {
    text(say, `${at}.text`, one.text, LIMITS.button, { plain: true })
    string(say, `${at}.value`, one.value, LIMITS.value, { optional: true, min: 0 })
    string(say, `${at}.url`, one.url, LIMITS.url, { optional: true })
    string(say, `${at}.accessibility_label`, one.accessibility_label, LIMITS.button, { optional: true })
    if (one.style !== undefined && one.style !== 'primary' && one.style !== 'danger')
      say(`${at}.style`, 'primary or danger')
  },
  icon_button: (say, at, one) => {
    text(say, `${at}.text`, one.text, LIMITS.button, { plain: true })
    string(say, `${at}.value`, one.value, LIMITS.value, { optional: true, min: 0 })
  },
  plain_text_input: (say, at, one) => {
    const max = one.max_length ?? LIMITS.input
    if (!Number.isInteger(max) || Number(max) < 1 || Number(max) > LIMITS.input)
      return say(`${at}.max_length`, `a whole number of 1 to ${LIMITS.input}`)
    string(say, `${at}.initial_value`, one.initial_value, Number(max), { optional: true, min: 0 })
  },
  static_select: (say, at, one) => options(say, `${at}.options`, one.options, LIMITS.options),
  checkboxes: (say, at, one) => options(say, `${at}.options`, one.options, LIMITS.choices),
  radio_buttons: (say, at, one) => options(say, `${at}.options`, one.options, LIMITS.choices),
}

function options(say: Say, at: string, value: unknown, max: number) {
  list(say, at, value, max).forEach((one, i) => {
    text(say, `${at}.${i}.text`, one.text, LIMITS.option)
    string(say, `${at}.${i}.value`, one.value, LIMITS.option, { min: 0 })
  })
}

function confirm(say: Say, at: string, value: unknown) {
  if (!isFields(value)) return say(at, 'an object is required')
  text(say, `${at}.title`, value.title, LIMITS.confirm.title, { plain: true, optional: true })
  text(say, `${at}.text`, value.text, LIMITS.confirm.text)
  text(say, `${at}.confirm`, value.confirm, LIMITS.confirm.button, { plain: true, optional: true })
  text(say, `${at}.deny`, value.deny, LIMITS.confirm.button, { plain: true, optional: true })
}
