// The trust score in lines: how it came about, and what stands in the way of more.
import { partName } from '../trust/holds.ts'
import { percent } from '../trust/trust.ts'
import type { Card } from './card.ts'

type Trust = NonNullable<Card['trust']>

export const waterfallLines = ({ waterfall }: Trust): string[] =>
  waterfall.map((step) => `${partName(step.part)}: ${percent(step.brought)} of ${percent(step.possible)}`)

export const inTheWayLines = (trust: Trust, holds: Card['holds']): string[] => [
  ...[...holds, ...trust.open].map((reason) => `✋ ${reason}`),
  ...trust.mends.map((mend) => `→ ${mend.sentence} (${mend.trust})`),
]
