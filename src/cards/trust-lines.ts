// The trust score in lines: how it came about, and what stands in the way of more.
import { partName } from '../trust/holds.ts'
import { percent } from '../trust/trust.ts'
import type { Card } from './card.ts'

type Trust = NonNullable<Card['trust']>

export const waterfallLines = ({ waterfall }: Trust): string[] =>
  waterfall.map((step) => `${partName(step.part)}: ${percent(step.brought)} of ${percent(step.possible)}`)

/** Whatever keeps it from unlocking, and what would mend it. */
export const inTheWayLines = ({
  trust,
  holds,
  checks,
}: Pick<Card, 'trust' | 'holds' | 'checks'>): string[] => [
  ...holds.map((reason) => `✋ ${reason}`),
  ...openCheckLines(checks),
  ...(trust?.mends ?? []).map((mend) => `→ ${mend.sentence} (${mend.trust})`),
]

/** What keeps a mission from unlocking, whatever its trust; the worst first. */
export const OPEN_VERDICTS: readonly string[] = ['fail', 'unknown', 'needs_human']

/** Checks that did not pass, and why: none of them unlocks anything. */
export const openCheckLines = (checks: Card['checks']): string[] =>
  checks
    .filter(({ verdict }) => OPEN_VERDICTS.includes(verdict))
    .map(
      ({ title, reason, verdict }) =>
        `🔎 ${title}${verdict === 'needs_human' ? ' (a person has to answer)' : ''}: ${reason}`,
    )
