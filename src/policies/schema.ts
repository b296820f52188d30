// What a policy may speak of, in Cedar's schema language: a policy that names anything else is refused when it is loaded.

/** The five governance checks; each is an action in Cedar's sense. */
export const GOVERNANCE_CHECKS = [
  'policy_compliance',
  'permission_levels',
  'resource_limits',
  'risk_assessment',
  'approval_requirements',
] as const
export type GovernanceCheckId = (typeof GOVERNANCE_CHECKS)[number]

/** Whole numbers, texts, truths and sets of texts: all that Cedar compares exactly. */
export type PolicyFacts = Readonly<Record<string, number | string | boolean | readonly string[]>>

const FACTS: Readonly<Record<GovernanceCheckId, string>> = {
  policy_compliance: `
    paths: Set<String>, changed_files: Long, changed_lines: Long, max_changed_lines: Long,
    forbidden_paths: Set<String>, protected_paths: Set<String>,
    frozen: Bool, freeze: String, error_budget_spent: Bool, claims: Set<String>,
    weekday: String, hour_utc: Long`,
  permission_levels: `
    proposer: String, proposer_kind: String, authors: Set<String>, author_kinds: Set<String>,
    unknown_playbooks: Set<String>, paths: Set<String>,
    code_owners: Set<String>, code_owner_members: Set<String>`,
  resource_limits: `
    sandbox_seconds: Long, max_sandbox_seconds: Long, open_missions: Long, max_open_missions: Long,
    open_missions_of_proposer: Long, max_open_missions_of_proposer: Long,
    executions_last_day: Long, max_executions_per_day: Long`,
  risk_assessment: `
    risk: String, risk_points: Long, factors: Set<String>, paths: Set<String>, has_rollback: Bool`,
  approval_requirements: `
    eligible: Long, may_approve: Long, min_approvals: Long, risk: String,
    owners_needed: Bool, owners: Set<String>, owners_who_may_approve: Long, self_approved: Bool`,
}

export const CEDAR_SCHEMA = [
  'entity member, agent, guest, grace;',
  'entity target;',
  ...GOVERNANCE_CHECKS.map(
    (check) =>
      `action ${check} appliesTo { principal: [member, agent, guest, grace], resource: [target], context: {${FACTS[check]} } };`,
  ),
].join('\n')
