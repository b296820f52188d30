// Rounds are added while a verdict is open, up to a number and as long as there is time.

/** At the first look, and at every later one: looking again spends some of the error that one look may make. */
const CONFIDENCE = 0.95
const EXTENDED_CONFIDENCE = 0.975

export interface Plan {
  /** Rounds before the first look. */
  readonly planned: number
  readonly most: number
  /** Milliseconds for all of them; the planned ones are run in any case. */
  readonly budget: number
}

export interface Rounds<T> {
  readonly rounds: readonly T[]
  /** Why the candidate gave none although today's code did. */
  readonly lost: string | undefined
  readonly confidence: number
}

/** `progress`: how much of the rounds that are meant now is done, 0…1, with the share of the one that runs. */
export async function roundsWhile<T>(
  { planned, most, budget }: Plan,
  once: (i: number, progress: (share: number) => void) => Promise<{ round: T } | { lost: string }>,
  isUndecided: (rounds: readonly T[], confidence: number) => boolean,
  progress: (done: number) => void,
): Promise<Rounds<T>> {
  const begun = performance.now()
  const rounds: T[] = []
  for (let goal = planned; ; goal = Math.min(most, goal + 2)) {
    const confidence = goal === planned ? CONFIDENCE : EXTENDED_CONFIDENCE
    while (rounds.length < goal) {
      const run = await once(rounds.length, (share) => progress((rounds.length + share) / goal))
      if ('lost' in run) return { rounds: [], lost: run.lost, confidence }
      rounds.push(run.round)
      progress(rounds.length / goal)
    }
    const spent = performance.now() - begun
    const twoMore = (spent / rounds.length) * 2
    if (!isUndecided(rounds, confidence) || rounds.length >= most || spent + twoMore > budget)
      return { rounds, lost: undefined, confidence }
  }
}
