// What is said in a card's thread and privately, and forms to fill in, as Slack has them.
import type { types } from '@slack/bolt'
import type { Field, Form, Post, Reply, ReplyButton } from '../../src/cards/post.ts'
import { fitMessage } from './fit.ts'
import { LIMITS } from './limits.ts'
import { escaped, escapedCode, plain } from './mrkdwn.ts'

type KnownBlock = types.KnownBlock

export interface SlackPost {
  readonly text: string
  readonly blocks: KnownBlock[]
}

/** Of one section: below Slack's limit, so that its fences fit around it. */
const CHUNK = 2_800
/** Of the code of one post: the rest is in the console and in the repository. */
const CODE = 8_000
const LINE = 1_200

const plainText = (text: string) => ({ type: 'plain_text', text, emoji: true }) as const
const mrkdwn = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
})

export const renderPost = (post: Post): SlackPost => fitMessage({ text: said(post), blocks: blocksOf(post) })

export const renderReply = (reply: Reply): SlackPost =>
  fitMessage({ text: said(reply), blocks: [...blocksOf(reply), ...pressed(reply.buttons)] })

const said = ({ title, lines, code }: Post): string =>
  [title, ...lines]
    .map((one) => escaped(one, 600))
    .filter((one) => one !== '')
    .join('\n') || (code ? 'Code' : 'Grace')

function blocksOf({ title, lines, code }: Post): KnownBlock[] {
  const heading = escaped(title, 300)
  const shown = lines.map((one) => escaped(one, LINE)).filter((one) => one !== '')
  return [
    ...chunks([...(heading ? [`*${heading}*`] : []), ...shown]).map(mrkdwn),
    ...(code ? fenced(code.text) : []),
  ]
}

/** Whole lines, as many as fit into one section each. */
function chunks(lines: readonly string[]): string[] {
  const found: string[] = []
  for (const one of lines) {
    const last = found.at(-1)
    if (last !== undefined && last.length + 1 + one.length <= CHUNK)
      found[found.length - 1] = `${last}\n${one}`
    else found.push(one)
  }
  return found
}

function fenced(text: string): KnownBlock[] {
  const all = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')
  const shown: string[] = []
  let length = 0
  for (const one of all) {
    const line = escapedCode(one.length > LINE / 6 ? `${one.slice(0, LINE / 6).toWellFormed()}…` : one)
    // As JSON, where a tab, a quote and a backslash take two.
    length += JSON.stringify(line).length
    if (length > CODE) break
    shown.push(line)
  }
  const more = all.length - shown.length
  return [
    ...chunks(shown).map((chunk) => mrkdwn(`\`\`\`\n${chunk || ' '}\n\`\`\``)),
    ...(more > 0
      ? [mrkdwn(`… ${more} more ${more === 1 ? 'line' : 'lines'}, in the console and through the API`)]
      : []),
  ]
}

/** An action_id is unique in its block: the second of a kind begins a block of its own. */
function pressed(buttons: readonly ReplyButton[]): KnownBlock[] {
  const rows: ReplyButton[][] = []
  for (const one of buttons) {
    const row = rows.find(
      (others) => others.length < LIMITS.actions && others.every(({ action }) => action !== one.action),
    )
    if (row) row.push(one)
    else rows.push([one])
  }
  return rows.map((row) => ({
    type: 'actions',
    elements: row.map(({ action, about, label, style }) => ({
      type: 'button',
      action_id: action,
      text: plainText(plain(label, LIMITS.button) || '…'),
      value: `1:${about}`,
      ...(style === 'plain' ? {} : { style }),
    })),
  }))
}

export function renderForm({ id, about, title, submit, fields }: Form): types.ModalView {
  const inputs = fields.flatMap((field) => inputOf(field) ?? [])
  return {
    type: 'modal',
    callback_id: `form:${id}`,
    private_metadata: JSON.stringify({ form: id, about }),
    title: plainText(plain(title, LIMITS.modalTitle) || 'Grace'),
    submit: plainText(plain(submit, LIMITS.modalTitle) || 'Send'),
    close: plainText('Close'),
    blocks: inputs.length > 0 ? inputs : [NOTHING],
  }
}

const NOTHING: KnownBlock = { type: 'section', text: plainText('There is nothing to choose or to fill in.') }

function inputOf(field: Field): types.InputBlock | undefined {
  const element = elementOf(field)
  if (!element) return undefined
  const hint = field.hint ? plain(field.hint, LIMITS.label) : ''
  return {
    type: 'input',
    block_id: field.id,
    label: plainText(plain(field.label, LIMITS.label) || field.id),
    ...(hint ? { hint: plainText(hint) } : {}),
    optional: !field.required,
    element,
  }
}

function elementOf({ kind, limit, initial, options = [] }: Field): types.InputBlock['element'] | undefined {
  if (kind === 'choice') {
    const choices = options
      // Cut, a value would mean something else.
      .filter(({ value }) => value.length <= LIMITS.option)
      .slice(0, LIMITS.options)
      .map(({ value, label }) => ({ text: plainText(plain(label, LIMITS.option) || '–'), value }))
    const chosen = choices.find(({ value }) => value === initial)
    if (choices.length === 0) return undefined
    return {
      type: 'static_select',
      action_id: 'value',
      options: choices,
      ...(chosen ? { initial_option: chosen } : {}),
    }
  }
  const max = Math.min(Math.max(limit ?? LIMITS.input, 1), LIMITS.input)
  return {
    type: 'plain_text_input',
    action_id: 'value',
    multiline: kind === 'text',
    max_length: max,
    ...(initial ? { initial_value: initial.slice(0, max).toWellFormed() } : {}),
  }
}

/** Opened within the three seconds, and filled once there is something to show. */
export const loadingView = (title: string): types.ModalView => ({
  type: 'modal',
  title: plainText(plain(title, LIMITS.modalTitle) || 'Grace'),
  close: plainText('Close'),
  blocks: [{ type: 'section', text: plainText('One moment…') }],
})
