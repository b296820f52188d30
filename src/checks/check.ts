// One question about a candidate, and its answer. Governance, constitution and Hunter are registries of these.

import type { PolicyFacts } from '../policies/schema.ts'
import type { CheckFamily, Verdict } from '../trust/trust.ts'
import type { Facts } from './facts.ts'

export interface Evidence {
  /** Where it was seen: `path:line`, a digest, a figure. */
  readonly at: string
  readonly what: string
}

export interface Answer {
  readonly verdict: Exclude<Verdict, 'attested'>
  /** One sentence: what was found, or why it does not apply. */
  readonly reason: string
  readonly evidence?: readonly Evidence[]
  /** Where the world moves, the answer holds until then and is asked again before unlock. */
  readonly validForMs?: number
  /** All that a policy decided by, so that another set of policies can be tried on it. */
  readonly facts?: PolicyFacts
}

export interface Check {
  /** The specification's name, snake case. */
  readonly id: string
  readonly family: CheckFamily
  readonly title: string
  /** What it looked at. */
  readonly looksAt: string
  /** What belongs to its name and is not checked yet; shown wherever the verdict is. */
  readonly notYetChecked: readonly string[]
  ask(facts: Facts): Answer | Promise<Answer>
}

export const pass = (reason: string, more: Partial<Answer> = {}): Answer => ({
  ...more,
  verdict: 'pass',
  reason,
})
export const fail = (reason: string, evidence: readonly Evidence[] = []): Answer => ({
  verdict: 'fail',
  reason,
  evidence,
})
/** What the target lacks is not held against the change: it may be mended any time, so it is asked again. */
export const targetLacks = (reason: string): Answer => ({ ...fail(reason), validForMs: 10 * 60_000 })
/** `found` has one at least; 20 are kept. `to`: what a person has to do about the first of them. */
export const needsHuman = (found: readonly Evidence[], to = 'judge'): Answer => ({
  verdict: 'needs_human',
  reason: `A person has to ${to}: ${found[0]!.what} (${found[0]!.at}).`,
  evidence: found.slice(0, 20),
})
export const unknown = (reason: string): Answer => ({ verdict: 'unknown', reason })
export const notApplicable = (reason: string): Answer => ({ verdict: 'not_applicable', reason })

/** Fails with the findings, or passes. At most 20 findings are kept; the sentence has the count. */
export function failIfAny(found: readonly Evidence[], problem: string, otherwise: string): Answer {
  if (found.length === 0) return pass(otherwise)
  return fail(
    `${problem}: ${found[0]?.what} (${found[0]?.at})${found.length > 1 ? ` and ${found.length - 1} more` : ''}.`,
    found.slice(0, 20),
  )
}
