// The KPIs in fixed width, narrow enough for a phone. A value is never rounded; an interval is given as finely as it
// is wide, and rounded outwards. Not escaped: a surface puts it into its own code block.
import { oneLine } from '../kernel/text.ts'
import type { KpiLine } from './card.ts'

/** More columns than this wrap on a phone. */
export const TABLE_WIDTH = 38
const NAME = 11

/** As KPIs are written, with no exponent; at most the three decimals that a KPI has. */
export const kpiNumber = (value: number): string =>
  value
    .toFixed(3)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')

const SHORT: Readonly<Record<string, string>> = { points: 'pt' }

/** The value with its unit, as the table has it. */
export const kpiValue = ({ value, unit }: Pick<KpiLine, 'value' | 'unit'>): string =>
  value === null ? '–' : `${kpiNumber(value)}${SHORT[unit] ?? oneLine(unit, 8)}`

/** One line a KPI, under a heading; none where there is no KPI. ★ marks what was claimed. */
export function kpiTable(kpis: readonly KpiLine[]): string[] {
  if (kpis.length === 0) return []
  const rows = kpis.map((row) => ({
    name: nameIn(NAME, oneLine(row.name, 40)),
    value: kpiValue(row),
    interval: row.interval,
    verdict: `${row.verdict}${row.claimed === null ? '' : '★'}`,
  }))
  const valueWidth = Math.max('value'.length, ...rows.map(({ value }) => value.length))
  const verdictWidth = Math.max(0, ...rows.map(({ interval, verdict }) => (interval ? verdict.length : 0)))
  // Name, value, interval, verdict, and a blank between each.
  const room = TABLE_WIDTH - NAME - 1 - valueWidth - 1 - 1 - verdictWidth
  const gains = rows.map(({ interval }) => (interval ? span(interval, room) : ''))
  const gainWidth = Math.min(Math.max('gain'.length, ...gains.map((gain) => gain.length)), Math.max(room, 0))
  const lines = rows.flatMap(({ name, value, verdict }, i) => {
    const left = `${name} ${value.padStart(valueWidth)}`
    const gain = gains[i]!
    if (gain.length <= gainWidth) return [`${left} ${gain.padStart(gainWidth)} ${verdict}`]
    return [`${left} ${verdict}`, gain.padStart(TABLE_WIDTH)]
  })
  const head = `${'KPI'.padEnd(NAME)} ${'value'.padStart(valueWidth)} ${'gain'.padStart(gainWidth)}`
  return [head, ...lines].map((line) => line.trimEnd())
}

/** What stands below the table: how to read it, and how much the machine alone made of no change. */
export const kpiLegend = (kpis: readonly KpiLine[]): string => {
  const noise = kpis.flatMap((row) => (row.noise === null ? [] : [`${oneLine(row.name, 40)} ${row.noise}`]))
  return `gain: 95 % interval against today's code${noise.length > 0 ? `, which differed from itself by up to: ${noise.join(', ')}` : ''}`
}

/** `test coverage` → `coverage`, where the whole does not fit. */
function nameIn(width: number, line: string): string {
  const short = line.length <= width ? line : (line.split(' ').at(-1) ?? line)
  return short.slice(0, width).toWellFormed().padEnd(width)
}

/** From and to, as finely as `room` allows and the interval's own width deserves. */
function span([from, to]: readonly [number, number], room: number): string {
  if (from === to && kpiNumber(from).length <= room) return kpiNumber(from)
  const deserved = Math.min(Math.max(Math.ceil(1 - Math.log10(Math.abs(to - from) || 0.001)), 0), 3)
  let text = ''
  for (let decimals = deserved; decimals >= 0; decimals--) {
    const ends = [outwards(from, decimals, Math.floor), outwards(to, decimals, Math.ceil)]
    const shown = ends.every(Number.isInteger) ? 0 : decimals
    text = ends.map((end) => end.toFixed(shown)).join('…')
    if (text.length <= room) break
  }
  return text
}

/** Thousandths are whole numbers: rounded first, so that 0.3 · 10 does not become 3.0000000000000004. */
function outwards(value: number, decimals: number, round: (x: number) => number): number {
  const scale = 10 ** (3 - decimals)
  return (round(Math.round(value * 1000) / scale) * scale) / 1000 + 0
}
