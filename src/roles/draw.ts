import { chartText } from '../../adapters/chart/chart-text.ts'
import { drawChart } from '../../adapters/chart/draw.ts'
import type { Draw } from '../chat/chat.ts'

/** A chart of what was measured; a card without figures has none. */
export const draw: Draw = async (card) =>
  card.chart.length === 0
    ? undefined
    : { png: await drawChart(card.chart, `${card.name}: before and after`), text: chartText(card.chart) }
