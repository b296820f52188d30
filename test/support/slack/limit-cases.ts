// One case per limit of CHAT.md 1.1 and 1.2: payloads that are fine at the limit and refused one past it.
import type { Block, Fields } from './shapes.ts'

export interface LimitCase {
  readonly name: string
  readonly limit: number
  /** A payload that reaches n of what is limited. */
  make(n: number): { readonly blocks: Block[] } | { readonly view: Fields }
}

const x = (n: number): string => 'x'.repeat(n)
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const section = (more: Fields = {}): Block => ({ type: 'section', text: mrkdwn('x'), ...more })
const button = (more: Fields = {}): Fields => ({ type: 'button', text: plain('x'), ...more })
const actions = (...elements: Fields[]): Block => ({ type: 'actions', elements })
const image = (more: Fields = {}): Block => ({
  type: 'image',
  alt_text: 'x',
  image_url: 'https://x.test/a.png',
  ...more,
})
const input = (more: Fields = {}): Block => ({
  type: 'input',
  label: plain('x'),
  element: { type: 'plain_text_input' },
  ...more,
})
const option = (more: Fields = {}): Fields => ({ text: plain('x'), value: 'x', ...more })
const select = (options: Fields[], type = 'static_select'): Block => actions({ type, options })
const confirm = (more: Fields): Block => actions(button({ confirm: { text: plain('x'), ...more } }))
const cells = (rows: number, columns: number): Fields[][] =>
  many(rows, () => many(columns, () => ({ type: 'raw_text', text: 'x' })))
const table = (rows: number, columns: number): Block => ({ type: 'table', rows: cells(rows, columns) })
const dataTable = (more: Fields): Block => ({
  type: 'data_table',
  caption: 'x',
  rows: cells(2, 2),
  ...more,
})
const container = (more: Fields = {}): Block => ({
  type: 'container',
  title: plain('x'),
  child_blocks: [section()],
  ...more,
})
const card = (more: Fields = {}): Block => ({ type: 'card', title: mrkdwn('x'), ...more })
const modal = (more: Fields = {}): Fields => ({
  type: 'modal',
  title: plain('x'),
  blocks: [section()],
  ...more,
})

/** A bar chart with so many series, each with a value for every category. */
function chart({ series = 1, categories = ['a'], name = 's', title = 'x', axis = {} as Fields }): Block {
  const data = categories.map((label) => ({ label, value: 1 }))
  const named = many(series, (i) => ({ name: i === 0 ? name : `${i}`, data }))
  const body = { type: 'bar', series: named, axis_config: { categories, ...axis } }
  return { type: 'data_visualization', title, chart: body }
}
const pie = (segments: number): Block => ({
  type: 'data_visualization',
  title: 'x',
  chart: { type: 'pie', segments: many(segments, (i) => ({ label: `${i}`, value: 1 })) },
})

const message = (name: string, limit: number, make: (n: number) => Block | Block[]): LimitCase => ({
  name,
  limit,
  make: (n) => ({ blocks: [make(n)].flat() }),
})
const view = (name: string, limit: number, make: (n: number) => Fields): LimitCase => ({
  name,
  limit,
  make: (n) => ({ view: modal(make(n)) }),
})

export const LIMIT_CASES: readonly LimitCase[] = [
  message('blocks of a message', 50, (n) => many(n, () => ({ type: 'divider' }))),
  message('block_id', 255, (n) => section({ block_id: x(n) })),
  message('action_id', 255, (n) => actions(button({ action_id: x(n) }))),
  message('button text', 75, (n) => actions(button({ text: plain(x(n)) }))),
  message('button value', 2000, (n) => actions(button({ value: x(n) }))),
  message('button url', 3000, (n) => actions(button({ url: x(n) }))),
  message('button accessibility_label', 75, (n) => actions(button({ accessibility_label: x(n) }))),
  message('header text', 150, (n) => ({ type: 'header', text: plain(x(n)) })),
  message('section text', 3000, (n) => section({ text: mrkdwn(x(n)) })),
  message('section text in emoji', 3000, (n) => section({ text: mrkdwn('🗳'.repeat(n)) })),
  message('section fields', 10, (n) => section({ fields: many(n, () => mrkdwn('x')) })),
  message('section field', 2000, (n) => section({ fields: [mrkdwn(x(n))] })),
  message('actions elements', 25, (n) => actions(...many(n, () => button()))),
  message('context elements', 10, (n) => ({ type: 'context', elements: many(n, () => mrkdwn('x')) })),
  message('context_actions elements', 5, (n) => ({
    type: 'context_actions',
    elements: many(n, () => ({ type: 'icon_button', icon: 'trash', text: plain('x') })),
  })),
  message('image alt_text', 2000, (n) => image({ alt_text: x(n) })),
  message('image title', 2000, (n) => image({ title: plain(x(n)) })),
  message('image_url', 3000, (n) => image({ image_url: x(n) })),
  message('input label', 2000, (n) => input({ label: plain(x(n)) })),
  message('input hint', 2000, (n) => input({ hint: plain(x(n)) })),
  message('plain_text_input max_length', 3000, (n) =>
    input({ element: { type: 'plain_text_input', max_length: n } }),
  ),
  message('confirm title', 100, (n) => confirm({ title: plain(x(n)) })),
  message('confirm text', 300, (n) => confirm({ text: plain(x(n)) })),
  message('confirm button', 30, (n) => confirm({ confirm: plain(x(n)) })),
  message('deny button', 30, (n) => confirm({ deny: plain(x(n)) })),
  message('select options', 100, (n) => select(many(n, () => option()))),
  message('checkboxes options', 10, (n) =>
    select(
      many(n, () => option()),
      'checkboxes',
    ),
  ),
  message('radio options', 10, (n) =>
    select(
      many(n, () => option()),
      'radio_buttons',
    ),
  ),
  message('option text', 75, (n) => select([option({ text: plain(x(n)) })])),
  message('option value', 75, (n) => select([option({ value: x(n) })])),
  message('markdown text', 12_000, (n) => ({ type: 'markdown', text: x(n) })),
  message('markdown over all blocks', 12_000, (n) => [
    { type: 'markdown', text: x(6000) },
    { type: 'markdown', text: x(n - 6000) },
  ]),
  message('tables of a message', 1, (n) => many(n, () => table(1, 1))),
  message('table rows', 100, (n) => table(n, 1)),
  message('table columns', 20, (n) => table(1, n)),
  message('table column_settings', 20, (n) => ({
    ...table(1, 1),
    column_settings: many(n, () => ({ align: 'left' })),
  })),
  message('data_table rows under the header', 100, (n) => dataTable({ rows: cells(n + 1, 1) })),
  message('data_table columns', 20, (n) => dataTable({ rows: cells(2, n) })),
  message('data_table page_size', 100, (n) => dataTable({ page_size: n })),
  message('container children', 10, (n) => container({ child_blocks: many(n, () => section()) })),
  message('container title', 150, (n) => container({ title: plain(x(n)) })),
  message('card subtitle', 150, (n) => card({ subtitle: mrkdwn(x(n)) })),
  message('card body', 200, (n) => card({ body: mrkdwn(x(n)) })),
  message('card actions', 2, (n) => card({ actions: many(n, () => button()) })),
  message('carousel cards', 10, (n) => ({ type: 'carousel', elements: many(n, () => card()) })),
  message('plans of a message', 1, (n) => many(n, () => ({ type: 'plan', title: 'x' }))),
  message('charts of a message', 2, (n) => many(n, () => chart({}))),
  message('chart title', 50, (n) => chart({ title: x(n) })),
  message('chart series', 6, (n) => chart({ series: n })),
  message('chart series name', 20, (n) => chart({ name: x(n) })),
  message('chart categories', 20, (n) => chart({ categories: many(n, String) })),
  message('chart label', 20, (n) => chart({ categories: [x(n)] })),
  message('chart axis label', 50, (n) => chart({ axis: { x_label: x(n) } })),
  message('pie segments', 6, pie),
  view('blocks of a modal', 100, (n) => ({ blocks: many(n, () => section()) })),
  view('modal title', 24, (n) => ({ title: plain(x(n)) })),
  view('modal submit', 24, (n) => ({ submit: plain(x(n)) })),
  view('modal close', 24, (n) => ({ close: plain(x(n)) })),
  view('private_metadata', 3000, (n) => ({ private_metadata: x(n) })),
  view('callback_id', 255, (n) => ({ callback_id: x(n) })),
  view('external_id', 255, (n) => ({ external_id: x(n) })),
]

/** Payloads that break a rule which is not a number. */
export const BROKEN: Readonly<Record<string, { blocks: Block[] } | { view: Fields }>> = {
  'an action_id twice in one block': {
    blocks: [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
  },
  'a block_id twice in one message': { blocks: [section({ block_id: 'b' }), section({ block_id: 'b' })] },
  'a block_id again inside a container': {
    blocks: [section({ block_id: 'b' }), container({ child_blocks: [section({ block_id: 'b' })] })],
  },
  'a button style of its own': { blocks: [actions(button({ style: 'success' }))] },
  'a button text in mrkdwn': { blocks: [actions(button({ text: mrkdwn('x') }))] },
  'a section with neither text nor fields': { blocks: [{ type: 'section' }] },
  'an image without alt_text': { blocks: [image({ alt_text: undefined })] },
  'an image by url and by file': { blocks: [image({ slack_file: { id: 'F1' } })] },
  'a type that Slack does not know': { blocks: [{ type: 'chart' }] },
  'an alert in a message': { blocks: [{ type: 'alert', text: plain('x') }] },
  'a collapsed container that cannot be opened': { blocks: [container({ default_collapsed: true })] },
  'an input in a modal without submit': { view: modal({ blocks: [input()] }) },
  'a card in a modal': { view: modal({ blocks: [card()] }) },
  'a chart in a modal': { view: modal({ blocks: [chart({})] }) },
}
