// The KPIs in fixed width, narrow enough for a phone. A value is never rounded; an interval is given as finely as it
// is wide, and rounded outwards.
import type { KpiLine } from '../../src/cards/card.ts'
import { escapedCode } from './markdown.ts'

/** More columns than this wrap on a phone. */
export const WIDTH = 38
const NAME = 11

/** As they are written in the product, no exponent; at most the three decimals that a KPI has. */
export const numberText = (value: number): string => String(Object.is(value, -0) ? 0 : value)

const SHORT: Readonly<Record<string, string>> = { points: 'pt' }

interface Row {
  readonly name: string
  readonly value: string
  readonly interval: KpiLine['interval']
  readonly verdict: string
}

/** Lines without a code block around them; none where there is no KPI. */
export function kpiTable(kpis: readonly KpiLine[]): string[] {
  if (kpis.length === 0) return []
  const rows = kpis.map(rowOf)
  const valueWidth = Math.max('value'.length, ...rows.map(({ value }) => value.length))
  const verdictWidth = Math.max(0, ...rows.map(({ interval, verdict }) => (interval ? verdict.length : 0)))
  // Name, value, interval, verdict, and a blank between each.
  const room = WIDTH - NAME - 1 - valueWidth - 1 - 1 - verdictWidth
  const gains = rows.map(({ interval }) => (interval ? span(interval, room) : ''))
  const gainWidth = Math.min(Math.max('gain'.length, ...gains.map((gain) => gain.length)), Math.max(room, 0))
  const lines = rows.flatMap(({ name, value, verdict }, i) => {
    const left = `${name} ${value.padStart(valueWidth)}`
    const gain = gains[i]!
    if (gain.length <= gainWidth) return [`${left} ${gain.padStart(gainWidth)} ${verdict}`]
    return [`${left} ${verdict}`, gain.padStart(WIDTH)]
  })
  const head = `${'KPI'.padEnd(NAME)} ${'value'.padStart(valueWidth)} ${'gain'.padStart(gainWidth)}`
  return [head, ...lines].map((line) => line.trimEnd())
}

function rowOf({ name, value, unit, interval, verdict, claimed }: KpiLine): Row {
  const star = claimed === null ? '' : '★'
  return {
    name: nameIn(NAME, escapedCode(name)),
    value: value === null ? '–' : `${numberText(value)}${SHORT[unit] ?? escapedCode(unit)}`,
    interval,
    verdict: `${verdict}${star}`,
  }
}

/** `test coverage` → `coverage`, where the whole does not fit. */
function nameIn(width: number, name: string): string {
  const line = name.replace(/\s+/g, ' ').trim()
  const short = line.length <= width ? line : (line.split(' ').at(-1) ?? line)
  return short.slice(0, width).toWellFormed().padEnd(width)
}

/** From and to, as finely as `room` allows and the interval's own width deserves. */
function span([from, to]: readonly [number, number], room: number): string {
  if (from === to && numberText(from).length <= room) return numberText(from)
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
