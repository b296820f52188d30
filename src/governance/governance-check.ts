// The shape of the five: facts from a pure function, a decision of Cedar's over them, and both kept together.
import type { Answer, Check } from '../checks/check.ts'
import type { Facts } from '../checks/facts.ts'
import { digestOf } from '../kernel/digest.ts'
import { decide, openPolicies } from '../policies/engine.ts'
import type { GovernanceCheckId, PolicyFacts } from '../policies/schema.ts'

/** A freeze may begin, a budget be spent, a policy speak of the hour: asked again before unlock. */
const HOLDS_MS = 10 * 60_000

export interface GovernanceCheck<Of extends PolicyFacts = PolicyFacts> {
  readonly id: GovernanceCheckId
  readonly title: string
  readonly looksAt: string
  readonly notYetChecked: readonly string[]
  /** All that its policies may speak of. */
  readonly facts: (facts: Facts) => Of
  /** The sentence where nothing forbids. */
  readonly passed: (of: Of, facts: Facts) => string
}

export const governanceCheck = <Of extends PolicyFacts>(of: GovernanceCheck<Of>): Check => ({
  id: of.id,
  family: 'governance',
  title: of.title,
  looksAt: of.looksAt,
  notYetChecked: of.notYetChecked,
  ask(facts): Answer {
    const given = of.facts(facts)
    const policies = openPolicies(facts.policy.policies)
    const { verdict, by, says, passes } = decide(policies, {
      check: of.id,
      principal: facts.mission.proposer,
      target: facts.target.name,
      facts: given,
    })
    const kept = {
      facts: given,
      evidence: [
        { at: 'policies', what: `${policies.digest.slice(0, 19)}…, facts ${digestOf(given).slice(0, 19)}…` },
        ...by.map((id, i) => ({ at: `policy ${id}`, what: says[i]! })),
      ],
    }
    if (verdict === 'allow')
      return { ...kept, verdict: 'pass', reason: of.passed(given, facts), validForMs: HOLDS_MS }
    const sentence = `${says.join('; ')}.`
    return {
      ...kept,
      verdict: verdict === 'ask' ? 'needs_human' : 'fail',
      reason: `${sentence[0]!.toUpperCase()}${sentence.slice(1)}`,
      // What ends by itself is asked again; so is what a person answers for, as more may forbid it meanwhile.
      ...(passes || verdict === 'ask' ? { validForMs: HOLDS_MS } : {}),
    }
  },
})
