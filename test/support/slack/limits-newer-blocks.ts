// Limits of the blocks of 2025 and 2026: charts, tables, containers, cards.
import { type Findings, lengthOf } from './findings.ts'
import { checkButton, checkImage } from './limits-elements.ts'
import { type Fields, isFields, listOf } from './shapes.ts'

export type CheckChild = (f: Findings, at: string, block: Fields) => void

const IN_CONTAINER = 'actions context divider file header image input rich_text section table video'.split(
  ' ',
)
const CELLS = ['raw_text', 'raw_number', 'rich_text']

export function checkChart(f: Findings, at: string, block: Fields): void {
  f.string(`${at}/title`, block.title, 50, { required: true })
  const chart = block.chart
  if (!isFields(chart)) {
    f.missing(`${at}/chart`)
    return
  }
  f.oneOf(`${at}/chart/type`, chart.type ?? '', ['bar', 'line', 'area', 'pie'])
  if (chart.type === 'pie') {
    checkPie(f, `${at}/chart`, chart)
    return
  }
  const axis = isFields(chart.axis_config) ? chart.axis_config : undefined
  if (!axis) {
    f.missing(`${at}/chart/axis_config`)
    return
  }
  const categories = Array.isArray(axis.categories) ? axis.categories.map(String) : []
  const axisAt = `${at}/chart/axis_config`
  if (categories.length < 1 || categories.length > 20) f.add(`${axisAt}/categories`, '1 to 20 items required')
  categories.forEach((name, i) => {
    f.string(`${axisAt}/categories/${i}`, name, 20)
  })
  f.string(`${axisAt}/x_label`, axis.x_label, 50)
  f.string(`${axisAt}/y_label`, axis.y_label, 50)
  checkSeries(f, `${at}/chart/series`, chart.series, categories)
}

function checkSeries(f: Findings, at: string, value: unknown, categories: readonly string[]): void {
  const series = f.items(at, value, 1, 6)
  if (new Set(series.map((s) => s.name)).size < series.length) f.add(at, 'series names must be unique')
  series.forEach((one, i) => {
    f.string(`${at}/${i}/name`, one.name, 20, { required: true })
    const points = listOf(one.data)
    if (points.map((p) => p.label).join('\n') !== categories.join('\n'))
      f.add(`${at}/${i}/data`, 'labels must equal the categories')
    points.forEach((point, j) => {
      f.string(`${at}/${i}/data/${j}/label`, point.label, 20, { required: true })
      if (typeof point.value !== 'number' || !Number.isFinite(point.value))
        f.add(`${at}/${i}/data/${j}/value`, 'must provide a number')
    })
  })
}

function checkPie(f: Findings, at: string, chart: Fields): void {
  f.items(`${at}/segments`, chart.segments, 1, 6).forEach((segment, i) => {
    f.string(`${at}/segments/${i}/label`, segment.label, 20, { required: true })
    if (typeof segment.value !== 'number' || !(segment.value > 0))
      f.add(`${at}/segments/${i}/value`, 'must be greater than 0')
  })
}

export function checkTable(f: Findings, at: string, block: Fields): void {
  checkRows(f, `${at}/rows`, block.rows, 1, 100)
  if (block.column_settings === undefined) return
  const settings = Array.isArray(block.column_settings) ? block.column_settings : []
  if (settings.length > 20) f.add(`${at}/column_settings`, 'no more than 20 items allowed')
  settings.filter(isFields).forEach((column, i) => {
    f.oneOf(`${at}/column_settings/${i}/align`, column.align, ['left', 'center', 'right'])
  })
}

function checkRows(f: Findings, at: string, value: unknown, min: number, max: number): Fields[][] {
  if (!Array.isArray(value)) {
    f.missing(at)
    return []
  }
  if (value.length < min) f.add(at, `no fewer than ${min} items required`)
  if (value.length > max) f.add(at, `no more than ${max} items allowed`)
  return value.map((row, i) => {
    const cells = f.items(`${at}/${i}`, row, 1, 20)
    cells.forEach((cell, j) => {
      f.oneOf(`${at}/${i}/${j}/type`, cell.type ?? '', CELLS)
      if (cell.type === 'raw_text') f.string(`${at}/${i}/${j}/text`, cell.text, 10_000, { required: true })
    })
    return cells
  })
}

export function checkDataTable(f: Findings, at: string, block: Fields): void {
  f.string(`${at}/caption`, block.caption, 2000, { required: true })
  f.integer(`${at}/page_size`, block.page_size, 1, 100)
  const rows = checkRows(f, `${at}/rows`, block.rows, 2, 101)
  if (new Set(rows.map((row) => row.length)).size > 1)
    f.add(`${at}/rows`, 'all rows must have the same length')
  if (rows[0]?.some((cell) => cell.type === 'rich_text'))
    f.add(`${at}/rows/0`, 'header cells must not be rich_text')
}

/** Characters in the cells of a data table; about 10,000 are allowed in one message. */
export const dataTableLength = (block: Fields): number =>
  (Array.isArray(block.rows) ? block.rows : [])
    .flatMap(listOf)
    .reduce((sum, cell) => sum + lengthOf(String(cell.text ?? '')), 0)

export function checkContainer(f: Findings, at: string, block: Fields, checkChild: CheckChild): void {
  f.text(`${at}/title`, block.title, 150, { plain: true, required: block.rich_text_title === undefined })
  f.text(`${at}/subtitle`, block.subtitle, 150)
  f.oneOf(`${at}/width`, block.width, ['narrow', 'standard', 'wide', 'full'])
  if (block.default_collapsed === true && block.is_collapsible !== true)
    f.add(`${at}/default_collapsed`, 'requires is_collapsible')
  f.items(`${at}/child_blocks`, block.child_blocks, 1, 10).forEach((child, i) => {
    const here = `${at}/child_blocks/${i}`
    if (IN_CONTAINER.includes(String(child.type))) checkChild(f, here, child)
    else f.add(`${here}/type`, `unsupported type: ${String(child.type)}`)
  })
}

export function checkCard(f: Findings, at: string, block: Fields): void {
  f.text(`${at}/title`, block.title, 150)
  f.text(`${at}/subtitle`, block.subtitle, 150)
  f.text(`${at}/body`, block.body, 200)
  if (!['hero_image', 'title', 'actions', 'body'].some((part) => block[part] !== undefined))
    f.add(at, 'at least one of hero_image, title, actions, body is required')
  for (const part of ['hero_image', 'icon'])
    if (isFields(block[part])) checkImage(f, `${at}/${part}`, block[part])
  if (block.actions === undefined) return
  f.items(`${at}/actions`, block.actions, 1, 2).forEach((button, i) => {
    checkButton(f, `${at}/actions/${i}`, button)
    f.string(`${at}/actions/${i}/action_id`, button.action_id, 255)
  })
}
