// Why a vote that would pass does not close, and who can end the waiting.
import type { Sessions } from './session.ts'
import { type Ballot, type Rule, tally } from './tally.ts'

type Electors = Awaited<ReturnType<Sessions['electors']>>

/** Members that may vote and have not. */
export function notVoted(electors: Electors, ballots: readonly Ballot[]): Electors {
  const voted = new Set(ballots.filter((one) => one.vote !== 'withdrawn').map((one) => one.member))
  return electors.filter((one) => one.active && !voted.has(one.member))
}

/** Empty where it does not pass, or where nobody can change the result any more. */
export function stillOpen(electors: Electors, ballots: readonly Ballot[], rule: Rule): string {
  const active = electors.filter((one) => one.active)
  const { passes, settled } = tally(active, ballots, rule)
  if (!passes || settled !== null) return ''
  const names = notVoted(electors, ballots).map((one) => one.name)
  return `It passes so far, and stays open until its deadline: ${names.join(', ')} can still change the result. Their vote ends the waiting; who may not approve abstains.`
}
