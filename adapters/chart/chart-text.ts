// A chart in words, for who can't see it.
import type { Comparison } from '../../src/cards/comparison.ts'
import { oneLine } from '../../src/kernel/text.ts'

/** Three significant digits where the figure is small, whole numbers where it is large. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))} G`
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 6
  return String(Number(value.toFixed(digits)))
}

export const withUnit = (value: number, unit: string): string => `${figure(value)} ${unit}`.trim()

export const chartText = (comparisons: readonly Comparison[]): string =>
  comparisons
    .map(
      ({ name, unit, before, after }) =>
        `${oneLine(name, 60)} ${withUnit(before, oneLine(unit, 12))} → ${withUnit(after, oneLine(unit, 12))}`,
    )
    .join(', ')
