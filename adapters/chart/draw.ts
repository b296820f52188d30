// Draws before and after as a picture: one small panel per comparison, legible on a phone.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import type { Comparison } from '../../src/cards/comparison.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { figure } from './chart-text.ts'

const FONTS = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf')
const FONT = 'DejaVu Sans'
/** Pixels of the picture per unit of the drawing. */
const SCALE = 2
const WIDTH = 404
const PANEL_HEIGHT = 66
/** More panels than this can't be read on a phone. */
const PANELS = 4

const COLOURS = { before: '#9aa0a6', better: '#1a8754', worse: '#c4510c', equal: '#2f6fb7' }
const INK = '#1d1c1d'
const SOFT = '#616061'

/** Within two percent of each other is drawn as equal: no colour may claim what noise could have done. */
export function colourOf({ before, after, better }: Comparison): string {
  if (Math.abs(after - before) <= 0.02 * Math.max(Math.abs(before), Math.abs(after))) return COLOURS.equal
  return after < before === (better === 'lower') ? COLOURS.better : COLOURS.worse
}

/** On at most two lines of so many characters. */
function wrapped(text: string, characters: number): string[] {
  const [first = '', ...rest] = oneLine(text, 200).split(' ')
  const lines = [first]
  for (const word of rest) {
    const last = lines.at(-1)!
    if (lines.length === 2 || last.length + 1 + word.length <= characters)
      lines.push(`${lines.pop()} ${word}`)
    else lines.push(word)
  }
  return lines.map((line) => oneLine(line, characters))
}

function panel(comparison: Comparison, width: number) {
  const { before, after } = comparison
  const unit = oneLine(comparison.unit, 8)
  const top = Math.max(before, after, 0)
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    axis: null,
    scale: { domain: [Math.min(before, after, 0), top === 0 ? 1 : top], nice: false },
  }
  const x = {
    field: 'side',
    type: 'nominal' as const,
    sort: null,
    title: null,
    axis: { labelAngle: 0, ticks: false, domainColor: '#c8c8c8', labelPadding: 5, labelOverlap: false },
    scale: { paddingInner: 0.3, paddingOuter: 0.15 },
  }
  const label = (field: string, dy: number, more: object) => ({
    mark: { type: 'text' as const, dy, baseline: 'alphabetic' as const, ...more },
    encoding: { x, y, text: { field, type: 'nominal' as const } },
  })
  return {
    width,
    height: PANEL_HEIGHT,
    title: {
      text: wrapped(comparison.name, Math.min(34, Math.floor(width / 7.2))),
      anchor: 'middle' as const,
      offset: 28,
    },
    data: {
      values: [
        { side: 'before', value: before, shown: figure(before), unit, colour: COLOURS.before },
        { side: 'after', value: after, shown: figure(after), unit, colour: colourOf(comparison) },
      ],
    },
    layer: [
      {
        mark: { type: 'bar' as const, cornerRadiusEnd: 2 },
        encoding: { x, y, color: { field: 'colour', type: 'nominal' as const, scale: null } },
      },
      label('shown', -17, { fontWeight: 'bold', fontSize: 13 }),
      label('unit', -5, { fontSize: 10.5, color: SOFT }),
    ],
  }
}

function specOf(comparisons: readonly Comparison[], title: string): TopLevelSpec {
  const shown = comparisons
    .filter(({ before, after }) => Number.isFinite(before) && Number.isFinite(after))
    .slice(0, PANELS)
  const spacing = 20
  const width = Math.floor((WIDTH - spacing * Math.max(0, shown.length - 1)) / Math.max(1, shown.length))
  return {
    background: '#ffffff',
    padding: { left: 16, right: 16, top: 12, bottom: 10 },
    title: { text: oneLine(title, 38), anchor: 'start', fontSize: 13, offset: 10 },
    hconcat: shown.map((one) => panel(one, width)),
    spacing,
    bounds: 'flush',
    config: {
      font: FONT,
      view: { stroke: null },
      axis: { labelFontSize: 11.5, labelColor: INK, grid: false },
      text: { color: INK },
      title: { fontSize: 12, color: INK, fontWeight: 'bold' },
    },
  }
}

/** A PNG of about 900 pixels width. Names come from the target's own bench: they are data, and cut to their panel. */
export async function drawChart(comparisons: readonly Comparison[], title: string): Promise<Buffer> {
  // Loaded when a chart is drawn: they weigh as much as the rest of Grace. And after discord.js, which can't be loaded
  // once vega-lite has put a toJSON on every Set.
  const [{ Resvg }, { parse, View }, { compile }] = await Promise.all([
    import('@resvg/resvg-js'),
    import('vega'),
    import('vega-lite'),
  ])
  const view = new View(parse(compile(specOf(comparisons, title)).spec), { renderer: 'none' })
  try {
    const svg = await view.toSVG()
    const picture = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: SCALE },
      background: '#ffffff',
      font: {
        loadSystemFonts: false,
        fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => join(FONTS, file)),
        defaultFontFamily: FONT,
      },
    })
    return picture.render().asPng()
  } finally {
    view.finalize()
  }
}
