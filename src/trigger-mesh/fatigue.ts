// The brake: people who keep saying no to what detectors find are left alone for a while.
import type { Ending } from './opportunity.ts'

/** So many of the last so many without a yes, and detectors rest for so long. */
const [NOS, OF, REST_MS] = [3, 5, 3 * 86_400_000]
/** So many endings tell it, the open ones among them. */
export const LOOK_BACK = 50
const NO = new Set<string | null>(['cancelled', 'expired', 'failed', 'rolled_back'])
/** Worse by so much, a finding that got a no is another one. */
const WORSE = 1.25

/** `endings`: the newest first. Undefined where detectors do not rest. */
export function restsUntil(endings: readonly Ending[], now: Date): Date | undefined {
  const nos = endings
    .filter(({ outcome }) => outcome !== null)
    .slice(0, OF)
    .filter(({ outcome }) => NO.has(outcome))
  if (nos.length < NOS) return undefined
  const until = new Date(Math.max(...nos.map(({ endedAt }) => endedAt?.getTime() ?? 0)) + REST_MS)
  return until > now ? until : undefined
}

export const restSentence = (target: string, until: Date): string =>
  `${NOS} of the last ${OF} missions that detectors opened for ${target} came to nothing: they open none until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC. People may.`

/** Nobody decided on one that expired: it may come again as it is. */
export const isAnswered = (last: Ending | undefined, magnitude: number): boolean =>
  last !== undefined &&
  NO.has(last.outcome) &&
  last.outcome !== 'expired' &&
  magnitude < last.magnitude * WORSE
