// Slack's limits on messages and views, written from CHAT.md 1.1 and 1.2 and independent of the product's own checker.
import { Findings, lengthOf, type Violation } from './findings.ts'
import { checkElement, checkImage, IN_ACTIONS, IN_INPUT, IN_SECTION } from './limits-elements.ts'
import {
  checkCard,
  checkChart,
  checkContainer,
  checkDataTable,
  checkTable,
  dataTableLength,
} from './limits-newer-blocks.ts'
import { type Fields, isFields, listOf } from './shapes.ts'

export type { Violation } from './findings.ts'
export type Surface = 'message' | 'modal' | 'home'

/** JSON characters of all blocks of a message together; undocumented, seen at about 13,200. */
export const BLOCKS_JSON = 13_200
const NOT_IN_MODALS = [
  'card',
  'carousel',
  'table',
  'data_table',
  'data_visualization',
  'context_actions',
  'container',
  'plan',
  'task_card',
]

const checkFields = (f: Findings, at: string, fields: unknown): void =>
  f.items(at, fields, 1, 10).forEach((field, i) => {
    f.text(`${at}/${i}`, field, 2000, { required: true })
  })

const BLOCKS: Readonly<Record<string, (f: Findings, at: string, block: Fields) => void>> = {
  section: (f, at, block) => {
    if (block.fields === undefined) f.text(`${at}/text`, block.text, 3000, { required: true })
    else {
      f.text(`${at}/text`, block.text, 3000)
      checkFields(f, `${at}/fields`, block.fields)
    }
    if (isFields(block.accessory)) checkElement(f, `${at}/accessory`, block.accessory, IN_SECTION)
  },
  header: (f, at, block) => {
    f.text(`${at}/text`, block.text, 150, { plain: true, required: true })
    f.integer(`${at}/level`, block.level, 1, 4)
  },
  actions: (f, at, block) => checkElements(f, at, block, 25, IN_ACTIONS),
  context_actions: (f, at, block) => checkElements(f, at, block, 5, ['feedback_buttons', 'icon_button']),
  context: (f, at, block) =>
    f.items(`${at}/elements`, block.elements, 1, 10).forEach((element, i) => {
      if (element.type === 'image') checkImage(f, `${at}/elements/${i}`, element)
      else f.text(`${at}/elements/${i}`, element, 3000)
    }),
  image: (f, at, block) => {
    checkImage(f, at, block)
    f.text(`${at}/title`, block.title, 2000, { plain: true })
  },
  input: (f, at, block) => {
    f.text(`${at}/label`, block.label, 2000, { plain: true, required: true })
    f.text(`${at}/hint`, block.hint, 2000, { plain: true })
    if (!isFields(block.element)) f.missing(`${at}/element`)
    else checkElement(f, `${at}/element`, block.element, IN_INPUT)
  },
  markdown: (f, at, block) => f.string(`${at}/text`, block.text, 12_000, { required: true }),
  rich_text: (f, at, block) => void f.items(`${at}/elements`, block.elements, 1, 10_000),
  divider: () => {},
  file: (f, at, block) => f.string(`${at}/external_id`, block.external_id, 255, { required: true }),
  video: (f, at, block) => {
    f.string(`${at}/alt_text`, block.alt_text, 2000, { required: true })
    f.text(`${at}/title`, block.title, 199, { plain: true, required: true })
    f.string(`${at}/author_name`, block.author_name, 49)
  },
  alert: (f, at, block) => {
    f.text(`${at}/text`, block.text, 3000, { required: true })
    f.oneOf(`${at}/level`, block.level, ['default', 'info', 'warning', 'error', 'success'])
  },
  card: checkCard,
  carousel: (f, at, block) =>
    f.items(`${at}/elements`, block.elements, 1, 10).forEach((card, i) => {
      checkCard(f, `${at}/elements/${i}`, card)
    }),
  container: (f, at, block) => checkContainer(f, at, block, checkBlock),
  table: checkTable,
  data_table: checkDataTable,
  data_visualization: checkChart,
  plan: (f, at, block) => f.string(`${at}/title`, block.title, 3000, { required: true }),
  task_card: (f, at, block) => {
    f.string(`${at}/task_id`, block.task_id, 255, { required: true })
    f.string(`${at}/title`, block.title, 3000, { required: true })
    f.oneOf(`${at}/status`, block.status ?? '', ['pending', 'in_progress', 'complete', 'error'])
  },
}

function checkBlock(f: Findings, at: string, block: Fields): void {
  f.string(`${at}/block_id`, block.block_id, 255)
  BLOCKS[String(block.type)]?.(f, at, block)
}

function checkElements(
  f: Findings,
  at: string,
  block: Fields,
  max: number,
  allowed: readonly string[],
): void {
  const elements = f.items(`${at}/elements`, block.elements, 1, max)
  const seen = new Set<unknown>()
  elements.forEach((element, i) => {
    checkElement(f, `${at}/elements/${i}`, element, allowed)
    if (element.action_id !== undefined && seen.has(element.action_id))
      f.add(
        `${at}/elements/${i}/action_id`,
        `\`action_id\` "${element.action_id}" already exists in the block`,
      )
    seen.add(element.action_id)
  })
}

/** Everything wrong with these blocks on this surface; empty = Slack takes them. Pointers start at `at`. */
export function checkBlocks(
  blocks: unknown,
  surface: Surface,
  unsupported: readonly string[] = [],
  at = '/blocks',
): Violation[] {
  const f = new Findings()
  if (!Array.isArray(blocks)) return [{ pointer: at, message: 'must provide an array' }]
  const list = f.items(at, blocks, 0, surface === 'message' ? 50 : 100)
  list.forEach((block, i) => {
    const type = String(block.type)
    const wrongPlace = surface === 'message' ? type === 'alert' : NOT_IN_MODALS.includes(type)
    const fine = surface === 'home' ? ['card', 'carousel', 'container'].includes(type) : false
    if (!BLOCKS[type] || unsupported.includes(type) || (wrongPlace && !fine))
      f.add(`${at}/${i}/type`, `unsupported type: ${type}`)
    else checkBlock(f, `${at}/${i}`, block)
    listOf(block.child_blocks).forEach((child, j) => {
      if (unsupported.includes(String(child.type)))
        f.add(`${at}/${i}/child_blocks/${j}/type`, `unsupported type: ${child.type}`)
    })
  })
  checkUniqueIds(f, at, list)
  checkTogether(f, at, list)
  return f.list
}

/** A block_id is unique in its message, inside containers too. */
function checkUniqueIds(f: Findings, at: string, blocks: readonly Fields[], seen = new Set<unknown>()): void {
  blocks.forEach((block, i) => {
    if (block.type !== 'markdown' && block.block_id !== undefined) {
      if (seen.has(block.block_id))
        f.add(`${at}/${i}/block_id`, `\`block_id\` "${block.block_id}" already exists`)
      seen.add(block.block_id)
    }
    checkUniqueIds(f, `${at}/${i}/child_blocks`, listOf(block.child_blocks), seen)
  })
}

/** What is limited over all blocks of a message. */
function checkTogether(f: Findings, at: string, top: readonly Fields[]): void {
  const blocks = top.flatMap((block) => [block, ...listOf(block.child_blocks)])
  const count = (type: string) => blocks.filter((block) => block.type === type).length
  const total = (type: string, measure: (block: Fields) => number) =>
    blocks.filter((block) => block.type === type).reduce((sum, block) => sum + measure(block), 0)
  if (count('table') > 1) f.add(at, 'only_one_table_allowed')
  if (count('plan') > 1) f.add(at, 'only one plan block is allowed')
  if (count('data_visualization') > 2) f.add(at, 'no more than 2 data_visualization blocks allowed')
  if (total('markdown', (block) => lengthOf(String(block.text ?? ''))) > 12_000)
    f.add(at, 'markdown blocks together must be less than 12001 characters')
  if (total('data_table', dataTableLength) > 10_000)
    f.add(at, 'data tables together must be less than 10001 characters')
}

/** Everything wrong with a modal or Home view; pointers start at /view unless told otherwise. */
export function checkView(view: unknown, unsupported: readonly string[] = [], at = '/view'): Violation[] {
  if (!isFields(view)) return [{ pointer: at, message: 'must provide an object' }]
  const f = new Findings()
  f.oneOf(`${at}/type`, view.type ?? '', ['modal', 'home'])
  const modal = view.type === 'modal'
  if (modal) {
    f.text(`${at}/title`, view.title, 24, { plain: true, required: true })
    f.text(`${at}/submit`, view.submit, 24, { plain: true })
    f.text(`${at}/close`, view.close, 24, { plain: true })
    if (view.submit === undefined && listOf(view.blocks).some((block) => block.type === 'input'))
      f.add(`${at}/submit`, 'missing required field: submit, as there is an input block')
  }
  f.string(`${at}/private_metadata`, view.private_metadata, 3000, { min: 0 })
  f.string(`${at}/callback_id`, view.callback_id, 255, { min: 0 })
  f.string(`${at}/external_id`, view.external_id, 255, { min: 0 })
  return [...f.list, ...checkBlocks(view.blocks, modal ? 'modal' : 'home', unsupported, `${at}/blocks`)]
}

/** Whether Slack would answer msg_blocks_too_long. */
export const blocksTooLong = (blocks: readonly unknown[]): boolean =>
  lengthOf(JSON.stringify(blocks)) > BLOCKS_JSON

/** Slack's way to say it in `response_metadata.messages`. */
export const asMessages = (violations: readonly Violation[]): string[] =>
  violations.map(({ pointer, message }) => `[ERROR] ${message} [json-pointer:${pointer}]`)
