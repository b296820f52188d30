// What policies decide of given facts, and of past missions: looked at before they are activated.
import type { ActorRef } from '../kernel/actor.ts'
import { type Decision, decide, type Policies } from './engine.ts'
import type { GovernanceCheckId, PolicyFacts } from './schema.ts'

/** As grace.yaml has it. */
export interface PolicyCase {
  readonly name: string
  readonly check: GovernanceCheckId
  /** `member ada` */
  readonly proposer: string
  readonly target: string
  readonly facts: PolicyFacts
  readonly expect: Decision['verdict']
  readonly by?: readonly string[] | undefined
}

/** Facts of a change that nobody objects to: a case says what is different. */
export const HARMLESS: Readonly<Record<GovernanceCheckId, PolicyFacts>> = {
  policy_compliance: {
    paths: ['src/a.ts'],
    changed_files: 1,
    changed_lines: 10,
    max_changed_lines: 1_000,
    forbidden_paths: [],
    protected_paths: [],
    frozen: false,
    freeze: '',
    error_budget_spent: false,
    claims: [],
    weekday: 'Tuesday',
    hour_utc: 10,
  },
  permission_levels: {
    proposer: 'ada',
    proposer_kind: 'member',
    authors: ['member ada'],
    author_kinds: ['member'],
    unknown_playbooks: [],
    code_owners: [],
    code_owner_members: [],
    paths: ['src/a.ts'],
  },
  resource_limits: {
    sandbox_seconds: 60,
    max_sandbox_seconds: 3_600,
    open_missions: 1,
    max_open_missions: 10,
    open_missions_of_proposer: 1,
    max_open_missions_of_proposer: 10,
    executions_last_day: 0,
    max_executions_per_day: 10,
  },
  risk_assessment: { risk: 'low', risk_points: 0, factors: [], paths: ['src/a.ts'], has_rollback: true },
  approval_requirements: {
    eligible: 3,
    may_approve: 2,
    min_approvals: 1,
    risk: 'low',
    owners_needed: false,
    owners: [],
    owners_who_may_approve: 0,
    self_approved: false,
  },
}

export const actorOf = (text: string): ActorRef => {
  const [kind, ...id] = text.split(' ')
  return { kind: kind as ActorRef['kind'], id: id.join(' ') }
}

/** What is wrong with each case; undefined where it comes out as expected. */
export function tryCase(policies: Policies, of: PolicyCase): string | undefined {
  const said = (verdict: string, by: readonly string[]) =>
    `${verdict}${by.length > 0 ? ` by ${by.join(', ')}` : ''}`
  try {
    const { verdict, by } = decide(policies, {
      check: of.check,
      principal: actorOf(of.proposer),
      target: of.target,
      facts: { ...HARMLESS[of.check], ...of.facts },
    })
    const isExpected =
      verdict === of.expect && (of.by === undefined || of.by.toSorted().join() === by.toSorted().join())
    return isExpected ? undefined : `it is ${said(verdict, by)}, expected was ${said(of.expect, of.by ?? [])}`
  } catch (error) {
    return (error as Error).message
  }
}

/** A decision as it was recorded. */
export interface Decided {
  /** 12 for M-12. */
  readonly mission: number
  readonly check: GovernanceCheckId
  readonly proposer: ActorRef
  readonly target: string
  readonly facts: PolicyFacts
  readonly verdict: 'pass' | 'fail' | 'needs_human' | 'attested'
}

export interface Difference {
  readonly of: Decided
  /** What it would be, and by which policies; or why they could not decide. */
  readonly now:
    | { readonly verdict: 'pass' | 'fail' | 'needs_human'; readonly by: readonly string[] }
    | { readonly why: string }
}

const AS_VERDICT = { allow: 'pass', forbid: 'fail', ask: 'needs_human' } as const

/** Those that another set of policies would have decided otherwise. */
export function backtest(policies: Policies, decided: readonly Decided[]): Difference[] {
  return decided.flatMap((of): Difference[] => {
    try {
      const { verdict, by } = decide(policies, { ...of, principal: of.proposer })
      const was = of.verdict === 'attested' ? 'needs_human' : of.verdict
      return AS_VERDICT[verdict] === was ? [] : [{ of, now: { verdict: AS_VERDICT[verdict], by } }]
    } catch (error) {
      return [{ of, now: { why: (error as Error).message } }]
    }
  })
}
