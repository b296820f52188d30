// The policies that every Grace has, in Cedar (cedarpolicy.com). grace.yaml adds to them and can't take any away.
//
// @id     names the policy wherever it decides.
// @says   is the sentence that people read; {name} is the fact of that name.
// @passes says that what it forbids ends by itself: the mission waits, and it is asked again.
// @asks   says that a person may answer for it: needs_human instead of fail.

export const DEFAULT_POLICIES = `
@id("allowed-unless-forbidden")
permit (principal, action, resource);

// ── policy compliance ──
@id("too-large")
@says("{changed_lines} changed lines, at most {max_changed_lines} are allowed")
forbid (principal, action == Action::"policy_compliance", resource)
when { context.changed_lines > context.max_changed_lines };

@id("forbidden-path")
@says("it touches what missions may not touch: {forbidden_paths}")
forbid (principal, action == Action::"policy_compliance", resource)
when { !context.forbidden_paths.isEmpty() };

@id("protected-path")
@says("it touches what is protected: {protected_paths}")
@asks("true")
forbid (principal, action == Action::"policy_compliance", resource)
when { !context.protected_paths.isEmpty() };

@id("change-freeze")
@says("change freeze: {freeze}")
@passes("true")
forbid (principal, action == Action::"policy_compliance", resource)
when { context.frozen };

@id("error-budget-spent")
@says("the error budget of the last 24 hours is spent: only what claims fewer errors goes live")
@passes("true")
forbid (principal, action == Action::"policy_compliance", resource)
when { context.error_budget_spent && !context.claims.contains("error_rate_reduction") };

// ── permission levels ──
@id("nobodys-change")
@says("nobody is named as the author of the change")
forbid (principal, action == Action::"permission_levels", resource)
when { context.authors.isEmpty() };

@id("unknown-playbook")
@says("a playbook that is not configured for this target: {unknown_playbooks}")
forbid (principal, action == Action::"permission_levels", resource)
when { !context.unknown_playbooks.isEmpty() };

@id("proposed-by-a-stranger")
@says("only members, agents and Grace's own detectors propose")
forbid (principal is guest, action == Action::"permission_levels", resource);

// ── resource limits ──
@id("too-long-in-the-sandbox")
@says("{sandbox_seconds} s in the sandbox, at most {max_sandbox_seconds} are allowed")
forbid (principal, action == Action::"resource_limits", resource)
when { context.sandbox_seconds > context.max_sandbox_seconds };

@id("too-many-open-missions")
@says("{open_missions} open missions, at most {max_open_missions} are allowed")
@passes("true")
forbid (principal, action == Action::"resource_limits", resource)
when { context.open_missions > context.max_open_missions };

@id("too-many-of-one-proposer")
@says("{open_missions_of_proposer} open missions of one proposer, at most {max_open_missions_of_proposer} are allowed")
@passes("true")
forbid (principal, action == Action::"resource_limits", resource)
when { context.open_missions_of_proposer > context.max_open_missions_of_proposer };

// This one would be one more.
@id("too-many-executions")
@says("{executions_last_day} executions in 24 hours, at most {max_executions_per_day} are allowed")
@passes("true")
forbid (principal, action == Action::"resource_limits", resource)
when { context.executions_last_day >= context.max_executions_per_day };

// ── risk assessment ──
@id("critical-without-a-way-back")
@says("the risk is critical, and nothing could take it back: {factors}")
@passes("true")
forbid (principal, action == Action::"risk_assessment", resource)
when { context.risk == "critical" && !context.has_rollback };

// ── approval requirements ──
@id("empty-electorate")
@says("nobody may vote on this target: an empty electorate approves nothing")
@passes("true")
forbid (principal, action == Action::"approval_requirements", resource)
when { context.eligible == 0 };

@id("too-few-approvers")
@says("{min_approvals} approvals are needed (the risk is {risk}), and {may_approve} may approve")
@passes("true")
forbid (principal, action == Action::"approval_requirements", resource)
when { context.may_approve < context.min_approvals };

@id("no-owner-may-approve")
@says("critical risk needs the approval of an owner ({owners}), and none of them may approve")
@passes("true")
forbid (principal, action == Action::"approval_requirements", resource)
when { context.owners_needed && context.owners_who_may_approve == 0 };
`
