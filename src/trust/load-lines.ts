// What the services did under load, side by side, in lines.
import type { LoadSet } from './measurements.ts'
import { median } from './statistics.ts'

const MB = 1024 ** 2
const ms = (value: number): string => `${value.toFixed(1)} ms`

/** The median of the sets; requests and failures are of all of them. */
export function loadLines(sets: readonly LoadSet[]): string[] {
  if (sets.length === 0) return []
  return (['baseline', 'candidate'] as const).map((side) => {
    const of = sets.map((set) => set.sides[side])
    const middle = (key: 'p50Ms' | 'p95Ms' | 'p99Ms' | 'peakBytes') => median(of.map((one) => one[key]))
    const total = (key: 'requests' | 'failed') => of.reduce((sum, one) => sum + one[key], 0)
    const cpu = median(of.flatMap((one) => one.cpuPerRequest)) / 1000
    return `load, ${side === 'baseline' ? 'today' : 'change'}: p50 ${ms(middle('p50Ms'))}, p95 ${ms(middle('p95Ms'))}, p99 ${ms(middle('p99Ms'))}; CPU ${cpu.toFixed(2)} ms per request; ${total('failed')} of ${total('requests')} failed; peak ${Math.round(middle('peakBytes') / MB)} MB`
  })
}
