// A figure that left what is usual at this hour, and stayed away for two windows in a row.
import {
  type Figures,
  figuresOf,
  type PastWindow,
  type Scale,
  type Usual,
  usualAt,
  WINDOW_MS,
} from '../monitoring/history.ts'
import type { Sample } from '../monitoring/samples.ts'

export interface ChangePoint extends Usual {
  /** The milder one of both windows. */
  readonly seen: number
  /** Of both. */
  readonly requests: number
  readonly errors: number
}

interface Looked {
  readonly at: Date
  /** Of the last two windows at least. */
  readonly samples: readonly Sample[]
  readonly history: readonly PastWindow[]
  readonly minRequests: number
}

/** `least`: the smallest change that is worth anybody's time, by what is expected. */
export function changePoint(
  { at, samples, history, minRequests }: Looked,
  value: (window: Figures) => number | null,
  scale: Scale,
  least: (expected: number) => number,
): ChangePoint | undefined {
  const [older, newer] = [1, 0].map((back) => {
    const [from, to] = [back + 1, back].map((n) => at.getTime() - n * WINDOW_MS)
    return figuresOf(samples.filter((one) => one.at.getTime() > from! && one.at.getTime() <= to!))
  })
  const seen = [older!, newer!].map((window) => (window.requests < minRequests ? null : value(window)))
  const usual = usualAt(history, at, value, scale)
  const milder = Math.min(...seen.map((one) => one ?? Number.NEGATIVE_INFINITY))
  if (!usual || !(milder > usual.bound && milder >= least(usual.expected))) return undefined
  return {
    ...usual,
    seen: milder,
    requests: older!.requests + newer!.requests,
    errors: older!.errors + newer!.errors,
  }
}
