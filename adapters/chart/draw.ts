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

interface Palette {
  readonly before: string
  readonly better: string
  readonly worse: string
  readonly equal: string
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly background: string | null
}
const LIGHT: Palette = {
  before: '#9aa0a6',
  better: '#1a8754',
  worse: '#c4510c',
  equal: '#2f6fb7',
  ink: '#1d1c1d',
  soft: '#616061',
  line: '#c8c8c8',
  background: '#ffffff',
}
const PALETTES = {
  light: { ...LIGHT, background: null },
  dark: {
    before: '#80868b',
    better: '#4cc38a',
    worse: '#ff8b5e',
    equal: '#79b8ff',
    ink: '#e8eaed',
    soft: '#b0b4ba',
    line: '#5f6368',
    background: null,
  },
} as const satisfies Record<string, Palette>
export type Theme = keyof typeof PALETTES

/** Within two percent of each other is drawn as equal: no colour may claim what noise could have done. */
export function colourOf({ before, after, better }: Comparison, colours: Palette = LIGHT): string {
  if (Math.abs(after - before) <= 0.02 * Math.max(Math.abs(before), Math.abs(after))) return colours.equal
  return after < before === (better === 'lower') ? colours.better : colours.worse
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

function panel(comparison: Comparison, width: number, colours: Palette) {
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
    axis: { labelAngle: 0, ticks: false, domainColor: colours.line, labelPadding: 5, labelOverlap: false },
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
        { side: 'before', value: before, shown: figure(before), unit, colour: colours.before },
        { side: 'after', value: after, shown: figure(after), unit, colour: colourOf(comparison, colours) },
      ],
    },
    layer: [
      {
        mark: { type: 'bar' as const, cornerRadiusEnd: 2 },
        encoding: { x, y, color: { field: 'colour', type: 'nominal' as const, scale: null } },
      },
      label('shown', -17, { fontWeight: 'bold', fontSize: 13 }),
      label('unit', -5, { fontSize: 10.5, color: colours.soft }),
    ],
  }
}

function specOf(comparisons: readonly Comparison[], title: string, colours: Palette): TopLevelSpec {
  const shown = comparisons
    .filter(({ before, after }) => Number.isFinite(before) && Number.isFinite(after))
    .slice(0, PANELS)
  const spacing = 20
  const width = Math.floor((WIDTH - spacing * Math.max(0, shown.length - 1)) / Math.max(1, shown.length))
  return {
    background: colours.background ?? 'transparent',
    padding: { left: 16, right: 16, top: 12, bottom: 10 },
    ...(title === ''
      ? {}
      : { title: { text: oneLine(title, 38), anchor: 'start' as const, fontSize: 13, offset: 10 } }),
    hconcat: shown.map((one) => panel(one, width, colours)),
    spacing,
    bounds: 'flush',
    config: {
      font: FONT,
      view: { stroke: null },
      axis: { labelFontSize: 11.5, labelColor: colours.ink, grid: false },
      text: { color: colours.ink },
      title: { fontSize: 12, color: colours.ink, fontWeight: 'bold' },
    },
  }
}

/** For a page, on whose background it stands. An empty title is none. */
export const drawSvg = (
  comparisons: readonly Comparison[],
  title: string,
  theme: Theme = 'light',
): Promise<string> => svgOf(specOf(comparisons, title, PALETTES[theme]))

async function svgOf(spec: TopLevelSpec): Promise<string> {
  // Loaded when a chart is drawn: they weigh as much as the rest of Grace. And after discord.js, which can't be loaded
  // once vega-lite has put a toJSON on every Set.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

/** A PNG of about 900 pixels width. Names come from the target's own bench: they are data, and cut to their panel. */
export async function drawChart(comparisons: readonly Comparison[], title: string): Promise<Buffer> {
  const svg = await svgOf(specOf(comparisons, title, LIGHT))
  const { Resvg } = await import('@resvg/resvg-js')
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
}
