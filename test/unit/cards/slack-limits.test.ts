// CHAT.md 1.1 as a table: for each limit a payload that just fits and one that just doesn't.
import { describe, expect, test } from 'vitest'
import { fitMessage } from '../../../adapters/slack/fit.ts'
import { checkMessage, checkView, LIMITS } from '../../../adapters/slack/limits.ts'
import { BROKEN, LIMIT_CASES } from '../../support/slack/limit-cases.ts'
import { checkBlocks, checkView as standInView } from '../../support/slack/limits.ts'

type Fields = Record<string, unknown>
type Payload = { readonly message: { text: string; blocks: Fields[] } } | { readonly view: Fields }

const x = (n: number): string => 'x'.repeat(n)
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const section = (more: Fields = {}): Fields => ({ type: 'section', text: mrkdwn('x'), ...more })
const button = (more: Fields = {}): Fields => ({ type: 'button', text: plain('x'), ...more })
const actions = (...elements: Fields[]): Fields => ({ type: 'actions', elements })
const context = (...elements: Fields[]): Fields => ({ type: 'context', elements })
const icon = (more: Fields = {}): Fields => ({
  type: 'icon_button',
  icon: 'trash',
  text: plain('x'),
  ...more,
})
const icons = (n: number, more: Fields = {}): Fields => ({
  type: 'context_actions',
  elements: many(n, () => icon(more)),
})
const image = (more: Fields = {}): Fields => ({
  type: 'image',
  alt_text: 'x',
  slack_file: { id: 'F1' },
  ...more,
})
const byUrl = (url: string): Fields => image({ slack_file: undefined, image_url: url })
const field = (more: Fields = {}): Fields => ({ type: 'plain_text_input', action_id: 'value', ...more })
const input = (more: Fields = {}, element: Fields = field()): Fields => ({
  type: 'input',
  label: plain('x'),
  element,
  ...more,
})
const option = (more: Fields = {}): Fields => ({ text: plain('x'), value: 'x', ...more })
const choose = (type: string, options: Fields[]): Fields => ({ type, options })
const confirm = (more: Fields): Fields => actions(button({ confirm: { text: plain('x'), ...more } }))
const markdown = (text: string): Fields => ({ type: 'markdown', text })

const message = (...blocks: Fields[]): Payload => ({ message: { text: 'x', blocks } })
const modal = (more: Fields = {}): Payload => ({
  view: { type: 'modal', title: plain('x'), submit: plain('x'), blocks: [section()], ...more },
})
const home = (blocks: Fields[]): Payload => ({ view: { type: 'home', blocks } })
/** Blocks whose JSON has exactly so many characters. */
const ofJson = (n: number): Fields[] => {
  const blocks = many(5, () => section({ text: mrkdwn(x(2_550)) }))
  return [...blocks.slice(1), section({ text: mrkdwn(x(2_550 + n - JSON.stringify(blocks).length)) })]
}

/** What is limited, how much is the most of it, and a payload with n of it. */
const MOST: readonly (readonly [what: string, most: number, make: (n: number) => Payload])[] = [
  ['blocks of a message', 50, (n) => message(...many(n, () => ({ type: 'divider' })))],
  ['blocks of a modal', 100, (n) => modal({ blocks: many(n, () => section()) })],
  ['blocks of a Home tab', 100, (n) => home(many(n, () => section()))],
  ['block_id', 255, (n) => message(section({ block_id: x(n) }))],
  ['block_id of an input', 255, (n) => modal({ blocks: [input({ block_id: x(n) })] })],
  ['action_id of a button', 255, (n) => message(actions(button({ action_id: x(n) })))],
  ['action_id of an input', 255, (n) => modal({ blocks: [input({}, field({ action_id: x(n) }))] })],
  ['callback_id', 255, (n) => modal({ callback_id: x(n) })],
  ['external_id', 255, (n) => modal({ external_id: x(n) })],
  ['button text', 75, (n) => message(actions(button({ text: plain(x(n)) })))],
  ['button value', 2_000, (n) => message(actions(button({ value: x(n) })))],
  ['button url', 3_000, (n) => message(actions(button({ url: x(n) })))],
  ['button accessibility_label', 75, (n) => message(actions(button({ accessibility_label: x(n) })))],
  ['button beside a section', 75, (n) => message(section({ accessory: button({ text: plain(x(n)) }) }))],
  ['header', 150, (n) => message({ type: 'header', text: plain(x(n)) })],
  ['section text', 3_000, (n) => message(section({ text: mrkdwn(x(n)) }))],
  ['section text, plain', 3_000, (n) => message(section({ text: plain(x(n)) }))],
  ['section text in a modal', 3_000, (n) => modal({ blocks: [section({ text: mrkdwn(x(n)) })] })],
  ['section fields', 10, (n) => message(section({ fields: many(n, () => mrkdwn('x')) }))],
  ['section field', 2_000, (n) => message(section({ fields: [mrkdwn('x'), mrkdwn(x(n))] }))],
  ['actions elements', 25, (n) => message(actions(...many(n, () => button())))],
  ['context elements', 10, (n) => message(context(...many(n, () => mrkdwn('x'))))],
  ['context text', 3_000, (n) => message(context(mrkdwn(x(n))))],
  ['context_actions elements', 5, (n) => message(icons(n))],
  ['icon button text', 75, (n) => message(icons(1, { text: plain(x(n)) }))],
  ['icon button value', 2_000, (n) => message(icons(1, { value: x(n) }))],
  ['image alt_text', 2_000, (n) => message(image({ alt_text: x(n) }))],
  ['image title', 2_000, (n) => message(image({ title: plain(x(n)) }))],
  ['image_url', 3_000, (n) => message(byUrl(x(n)))],
  ['alt_text in a context', 2_000, (n) => message(context(image({ alt_text: x(n) })))],
  ['input label', 2_000, (n) => modal({ blocks: [input({ label: plain(x(n)) })] })],
  ['input hint', 2_000, (n) => modal({ blocks: [input({ hint: plain(x(n)) })] })],
  ['input max_length', 3_000, (n) => modal({ blocks: [input({}, field({ max_length: n }))] })],
  ['input initial_value', 3_000, (n) => modal({ blocks: [input({}, field({ initial_value: x(n) }))] })],
  [
    'input initial_value under its max_length',
    10,
    (n) => modal({ blocks: [input({}, field({ max_length: 10, initial_value: x(n) }))] }),
  ],
  ['input placeholder', 150, (n) => modal({ blocks: [input({}, field({ placeholder: plain(x(n)) }))] })],
  ['modal title', 24, (n) => modal({ title: plain(x(n)) })],
  ['modal submit', 24, (n) => modal({ submit: plain(x(n)) })],
  ['modal close', 24, (n) => modal({ close: plain(x(n)) })],
  ['private_metadata', 3_000, (n) => modal({ private_metadata: x(n) })],
  ['confirm title', 100, (n) => message(confirm({ title: plain(x(n)) }))],
  ['confirm text', 300, (n) => message(confirm({ text: plain(x(n)) }))],
  ['confirm button', 30, (n) => message(confirm({ confirm: plain(x(n)) }))],
  ['confirm deny', 30, (n) => message(confirm({ deny: plain(x(n)) }))],
  [
    'select options',
    100,
    (n) =>
      modal({
        blocks: [
          input(
            {},
            choose(
              'static_select',
              many(n, () => option()),
            ),
          ),
        ],
      }),
  ],
  [
    'checkboxes',
    10,
    (n) =>
      modal({
        blocks: [
          input(
            {},
            choose(
              'checkboxes',
              many(n, () => option()),
            ),
          ),
        ],
      }),
  ],
  [
    'radio buttons',
    10,
    (n) =>
      modal({
        blocks: [
          input(
            {},
            choose(
              'radio_buttons',
              many(n, () => option()),
            ),
          ),
        ],
      }),
  ],
  [
    'option text',
    75,
    (n) => modal({ blocks: [input({}, choose('static_select', [option({ text: plain(x(n)) })]))] }),
  ],
  [
    'option value',
    75,
    (n) => modal({ blocks: [input({}, choose('static_select', [option({ value: x(n) })]))] }),
  ],
  [
    'select in a message',
    100,
    (n) =>
      message(
        actions(
          choose(
            'static_select',
            many(n, () => option()),
          ),
        ),
      ),
  ],
  ['markdown', 12_000, (n) => message(markdown(x(n)))],
  ['markdown over all blocks', 12_000, (n) => message(markdown(x(6_000)), markdown(x(n - 6_000)))],
]

/** Where something must be there at all. */
const NEEDED: readonly (readonly [what: string, fine: Payload, wrong: Payload])[] = [
  [
    'header text',
    message({ type: 'header', text: plain('x') }),
    message({ type: 'header', text: plain('') }),
  ],
  ['section text', message(section()), message(section({ text: mrkdwn('') }))],
  [
    'section text or fields',
    message(section({ text: undefined, fields: [mrkdwn('x')] })),
    message({ type: 'section' }),
  ],
  ['an action', message(actions(button())), message(actions())],
  ['a context', message(context(mrkdwn('x'))), message(context())],
  ['a context action', message(icons(1)), message(icons(0))],
  ['a button text', message(actions(button())), message(actions(button({ text: plain('') })))],
  ['an alt_text', message(image()), message(image({ alt_text: undefined }))],
  ['a picture', message(image()), message(image({ slack_file: undefined }))],
  [
    'one picture',
    message(byUrl('https://x.test/a.png')),
    message(image({ image_url: 'https://x.test/a.png' })),
  ],
  ['a file', message(image()), message(image({ slack_file: {} }))],
  [
    'a plain header',
    message({ type: 'header', text: plain('x') }),
    message({ type: 'header', text: mrkdwn('x') }),
  ],
  ['a plain button', message(actions(button())), message(actions(button({ text: mrkdwn('x') })))],
  [
    'a known style',
    message(actions(button({ style: 'danger' }))),
    message(actions(button({ style: 'success' }))),
  ],
  [
    'its own action_id',
    message(actions(button({ action_id: 'a' }), button({ action_id: 'b' }))),
    message(actions(button({ action_id: 'a' }), button({ action_id: 'a' }))),
  ],
  [
    'its own block_id',
    message(section({ block_id: 'a' }), section({ block_id: 'b' })),
    message(section({ block_id: 'a' }), section({ block_id: 'a' })),
  ],
  [
    'a block_id of its own in a modal',
    modal({ blocks: [input({ block_id: 'a' }), input({ block_id: 'b' })] }),
    modal({ blocks: [input({ block_id: 'a' }), input({ block_id: 'a' })] }),
  ],
  ['submit with an input', modal({ blocks: [input()] }), modal({ blocks: [input()], submit: undefined })],
  ['a title', modal(), modal({ title: undefined })],
  ['a label', modal({ blocks: [input()] }), modal({ blocks: [input({ label: undefined })] })],
  ['an element', modal({ blocks: [input()] }), modal({ blocks: [input({ element: undefined })] })],
  [
    'an option',
    modal({ blocks: [input({}, choose('static_select', [option()]))] }),
    modal({ blocks: [input({}, choose('static_select', []))] }),
  ],
  [
    'a max_length',
    modal({ blocks: [input({}, field({ max_length: 1 }))] }),
    modal({ blocks: [input({}, field({ max_length: 0 }))] }),
  ],
  ['a confirm text', message(confirm({})), message(confirm({ text: undefined }))],
  ['a block that Slack knows', message({ type: 'divider' }), message({ type: 'chart' })],
  ['a kind of view', modal(), { view: { type: 'page', title: plain('x'), blocks: [] } }],
]

/** Where we are stricter than Slack says it is, or than the stand-in counts. */
const OWN: readonly (readonly [what: string, most: number, make: (n: number) => Payload])[] = [
  ['text', 4_000, (n) => ({ message: { text: x(n), blocks: [] } })],
  ['JSON of all blocks', 13_000, (n) => message(...ofJson(n))],
  ['section text in emoji', 1_500, (n) => message(section({ text: mrkdwn('🗳'.repeat(n)) }))],
]

const ours = (payload: Payload): string[] =>
  'view' in payload ? checkView(payload.view) : checkMessage(payload.message)
const standIn = (payload: Payload) =>
  'view' in payload ? standInView(payload.view) : checkBlocks(payload.message.blocks, 'message')

test('more than a hundred payloads', () => {
  expect(2 * (MOST.length + NEEDED.length + OWN.length)).toBeGreaterThanOrEqual(160)
})

describe('the most of each thing', () => {
  test.each(MOST)('%s: %i', (_, most, make) => {
    expect(ours(make(most))).toEqual([])
    expect(ours(make(most + 1))).not.toEqual([])
    expect(standIn(make(most))).toEqual([])
    expect(standIn(make(most + 1))).not.toEqual([])
  })
  test.each(OWN)('%s: %i, our own', (_, most, make) => {
    expect(ours(make(most))).toEqual([])
    expect(ours(make(most + 1))).not.toEqual([])
    expect(standIn(make(most))).toEqual([])
  })
  test('JSON is counted to the character', () => {
    expect(JSON.stringify(ofJson(LIMITS.json)).length).toBe(LIMITS.json)
  })
})

test.each(NEEDED)('%s is needed', (_, fine, wrong) => {
  expect(ours(fine)).toEqual([])
  expect(ours(wrong)).not.toEqual([])
  expect(standIn(fine)).toEqual([])
  expect(standIn(wrong)).not.toEqual([])
})

/** The stand-in's own cases, newer blocks too: what Slack refuses never passes here. */
const refused = [
  ...LIMIT_CASES.map(({ name, limit, make }) => ({ name, payload: make(limit + 1) })),
  ...Object.entries(BROKEN).map(([name, payload]) => ({ name, payload })),
]
test.each(refused)('refused by the stand-in and here: $name', ({ payload }) => {
  expect(
    ours('view' in payload ? payload : { message: { text: 'x', blocks: [...payload.blocks] } }),
  ).not.toEqual([])
})

const messages = [...MOST, ...OWN].flatMap(([what, most, make]) => {
  const over = make(most + 1)
  return 'message' in over ? [{ what, over: over.message }] : []
})
test.each(messages)('one too many of "$what" is made to fit', ({ over }) => {
  const fitted = fitMessage(over as never)
  expect(checkMessage(fitted)).toEqual([])
})
