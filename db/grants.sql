-- What each login may do. Applied by the migrator at every start; :app and :executor are role names.
REVOKE ALL ON SCHEMA grace FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA grace FROM PUBLIC, :app, :executor;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA grace FROM PUBLIC;
GRANT USAGE ON SCHEMA grace TO :app, :executor;
GRANT SELECT ON ALL TABLES IN SCHEMA grace TO :app, :executor;
GRANT EXECUTE ON FUNCTION grace.now(), grace.kpi_weight(text), grace.kpi_score(bigint, bigint, bigint),
  grace.standing_checks(text), grace.trust_bp(text), grace.hold_codes(text), grace.electorate_digest(text),
  grace.demand_read_committed(), grace.is_enforced_for(name), grace.drill_stop(),
  grace.key_fault(text, text), grace.lifting(text) TO :app, :executor;

-- The app: everything but configuration (members, voters, policies, keys) and the life of an execution.
GRANT INSERT ON grace.opportunities, grace.missions, grace.candidates, grace.feedback, grace.evidence, grace.transcripts, grace.kpi_results,
  grace.holds, grace.checks, grace.sessions, grace.electors, grace.ballots, grace.executions, grace.samples, grace.scrapes,
  grace.history, grace.surveys, grace.coverage_readings, grace.tokens, grace.outcomes, grace.ledger_entries, grace.ledger_texts, grace.ledger_leaves,
  grace.ledger_checkpoints, grace.outbox, grace.accounts, grace.link_codes, grace.inbox, grace.cards, grace.posts,
  grace.freezes, grace.processes, grace.stops, grace.stop_lifts, grace.publications,
  grace.attestations, grace.passkeys, grace.challenges TO :app;
GRANT UPDATE ON grace.opportunities, grace.missions, grace.ballots, grace.scrapes, grace.surveys, grace.outbox, grace.accounts,
  grace.link_codes, grace.inbox, grace.cards, grace.posts, grace.processes TO :app;
GRANT UPDATE (text, edited_at, deleted_at) ON grace.feedback TO :app;
GRANT UPDATE (state, result, closed_at, closing_entry, reason) ON grace.sessions TO :app;
GRANT UPDATE (last_used_at, revoked_at) ON grace.tokens TO :app;
GRANT UPDATE (lifted_at) ON grace.stops TO :app;
GRANT UPDATE (owner, cause, corrective, preventive, state, due_at) ON grace.capas TO :app;
GRANT UPDATE (counter, last_used_at) ON grace.passkeys TO :app;
GRANT UPDATE (published_at) ON grace.publications TO :app;
GRANT UPDATE (refused) ON grace.candidates TO :app, :executor;
GRANT DELETE ON grace.samples, grace.history, grace.outbox, grace.freezes, grace.processes, grace.challenges TO :app;

-- The executor: carries out what the gate let through, and nothing before it.
GRANT UPDATE ON grace.executions, grace.missions, grace.opportunities, grace.rollbacks, grace.outbox, grace.freezes
  TO :executor;
GRANT INSERT ON grace.rollbacks, grace.capas, grace.outcomes, grace.freezes, grace.ledger_entries, grace.ledger_texts,
  grace.outbox TO :executor;
