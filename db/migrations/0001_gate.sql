-- The gate. Whatever path our code takes, PostgreSQL refuses an execution whose records do not show the six
-- conditions (DESIGN.md, "What must always be true", 1 and 2). Every function pins its search_path; every
-- result is recounted or recomputed from rows, never read.

-- Time in SQL is this function alone; only the test database replaces it, to shift it.
CREATE FUNCTION grace.now() RETURNS timestamptz LANGUAGE sql VOLATILE
SET search_path = pg_catalog AS $$ SELECT clock_timestamp() $$;
--> statement-breakpoint

ALTER TABLE grace.missions
  ADD CONSTRAINT missions_phase_known CHECK (phase IN
    ('detected', 'sandbox_testing', 'discussion', 'consensus', 'live_execution', 'monitoring', 'complete')),
  ADD CONSTRAINT missions_outcome_known CHECK (outcome IN
    ('succeeded', 'rolled_back', 'cancelled', 'expired', 'failed', 'superseded', 'inconclusive'));
--> statement-breakpoint
ALTER TABLE grace.policies
  ADD CONSTRAINT policies_threshold CHECK (threshold BETWEEN 9500 AND 10000),
  ADD CONSTRAINT policies_rule CHECK (min_approvals >= 1 AND share BETWEEN 0 AND 10000 AND dwell_ms >= 0 AND deadline_ms > 0);
--> statement-breakpoint
ALTER TABLE grace.evidence ADD CONSTRAINT evidence_isolation CHECK (isolation IN ('contained', 'demo'));
--> statement-breakpoint
ALTER TABLE grace.checks
  ADD CONSTRAINT checks_family CHECK (family IN ('governance', 'constitution', 'security')),
  ADD CONSTRAINT checks_verdict CHECK (verdict IN
    ('pass', 'fail', 'unknown', 'needs_human', 'attested', 'not_applicable')),
  ADD CONSTRAINT checks_attested CHECK ((verdict = 'attested') = (attested_by IS NOT NULL));
--> statement-breakpoint
ALTER TABLE grace.kpi_results
  ADD CONSTRAINT kpi_measured CHECK (NOT measured OR (lower IS NOT NULL AND upper IS NOT NULL AND lower <= upper)),
  ADD CONSTRAINT kpi_claim CHECK (claim IS NULL OR claim > 0),
  ADD CONSTRAINT kpi_margin CHECK (margin >= 0);
--> statement-breakpoint
ALTER TABLE grace.sessions
  ADD CONSTRAINT sessions_state CHECK (state IN ('open', 'closed', 'void')),
  ADD CONSTRAINT sessions_result CHECK (result IN ('passed', 'rejected', 'expired')),
  ADD CONSTRAINT sessions_closed CHECK ((state = 'closed') <= (result IS NOT NULL AND closed_at IS NOT NULL));
--> statement-breakpoint
ALTER TABLE grace.ballots
  ADD CONSTRAINT ballots_vote CHECK (vote IN ('approve', 'reject', 'abstain', 'withdrawn'));
--> statement-breakpoint

INSERT INTO grace.allowed_transitions (from_phase, to_phase) VALUES
  ('detected', 'sandbox_testing'),
  ('detected', 'complete'),
  ('sandbox_testing', 'discussion'),
  ('sandbox_testing', 'complete'),
  ('discussion', 'consensus'),
  ('discussion', 'sandbox_testing'),
  ('discussion', 'complete'),
  ('consensus', 'live_execution'),
  ('consensus', 'sandbox_testing'),
  ('consensus', 'complete'),
  ('live_execution', 'monitoring'),
  ('live_execution', 'complete'),
  ('monitoring', 'complete');
--> statement-breakpoint

-- The specification's weights (src/trust/kpi.ts has the same; a property test compares the results).
CREATE FUNCTION grace.kpi_weight(kpi text) RETURNS integer LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
  SELECT CASE kpi
    WHEN 'performance_improvement' THEN 20
    WHEN 'error_rate_reduction' THEN 25
    WHEN 'latency_improvement' THEN 15
    WHEN 'memory_efficiency' THEN 10
    WHEN 'code_quality_score' THEN 15
    WHEN 'test_coverage' THEN 10
    WHEN 'security_score' THEN 5
  END
$$;
--> statement-breakpoint

-- Score of one KPI as an exact fraction: {numerator, denominator}.
CREATE FUNCTION grace.kpi_score(lower bigint, claim bigint, margin bigint) RETURNS numeric[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN claim IS NOT NULL AND lower <= 0 THEN ARRAY[0, 1]::numeric[]
    WHEN claim IS NOT NULL AND lower >= claim THEN ARRAY[1, 1]::numeric[]
    WHEN claim IS NOT NULL THEN ARRAY[lower, claim]::numeric[]
    WHEN lower >= -margin THEN ARRAY[1, 1]::numeric[]
    WHEN lower <= -2 * margin THEN ARRAY[0, 1]::numeric[]
    ELSE ARRAY[2 * margin + lower, margin]::numeric[]
  END
$$;
--> statement-breakpoint

-- The newest answer of every check.
CREATE FUNCTION grace.standing_checks(of_evidence text)
RETURNS TABLE (check_id text, family text, verdict text, valid_until timestamptz) LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (c.check_id) c.check_id, c.family, c.verdict, c.valid_until
  FROM grace.checks c WHERE c.evidence = of_evidence ORDER BY c.check_id, c.number DESC
$$;
--> statement-breakpoint

-- Trust in basis points: exact fractions, one rounding, downwards, at the end.
CREATE FUNCTION grace.trust_bp(of_evidence text) RETURNS integer LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
  score numeric[];
  num numeric := 0;  -- Σ wᵢsᵢ = num / den
  den numeric := 1;
  weight numeric := 0;
  total_num numeric;
  total_den numeric;
BEGIN
  FOR r IN SELECT k.kpi, k.lower, k.claim, k.margin FROM grace.kpi_results k
           WHERE k.evidence = of_evidence AND k.measured LOOP
    score := grace.kpi_score(r.lower, r.claim, r.margin);
    num := num * score[2] + grace.kpi_weight(r.kpi) * score[1] * den;
    den := den * score[2];
    weight := weight + grace.kpi_weight(r.kpi);
  END LOOP;
  IF weight > 0 THEN
    total_num := 40 * num;
    total_den := den * weight;
  ELSE
    total_num := 0;
    total_den := 1;
  END IF;
  FOR r IN
    SELECT w.weight, count(*) FILTER (WHERE c.verdict IN ('pass', 'attested')) AS good,
           count(*) FILTER (WHERE c.verdict <> 'not_applicable') AS applicable
    FROM (VALUES ('governance', 25), ('constitution', 20), ('security', 15)) AS w (family, weight)
    LEFT JOIN grace.standing_checks(of_evidence) c ON c.family = w.family
    GROUP BY w.family, w.weight LOOP
    IF r.applicable > 0 THEN
      total_num := total_num * r.applicable + r.weight * r.good * total_den;
      total_den := total_den * r.applicable;
    END IF;
  END LOOP;
  RETURN div(total_num * 100, total_den)::integer;
END $$;
--> statement-breakpoint

-- Every reason that alone keeps this evidence from unlocking: the recorded ones and those the report shows.
CREATE FUNCTION grace.hold_codes(of_evidence text) RETURNS SETOF text LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.code || ':' || h.subject FROM grace.holds h WHERE h.evidence = of_evidence
  UNION
  SELECT 'claim_not_reached:' || k.kpi FROM grace.kpi_results k
    WHERE k.evidence = of_evidence AND k.claim IS NOT NULL AND (NOT k.measured OR k.lower < k.claim)
  UNION
  SELECT 'kpi_zero:' || k.kpi FROM grace.kpi_results k
    WHERE k.evidence = of_evidence AND k.measured AND (grace.kpi_score(k.lower, k.claim, k.margin))[1] = 0
  UNION
  SELECT 'kpi_lost:' || k.kpi FROM grace.kpi_results k
    WHERE k.evidence = of_evidence AND k.baseline_measured AND NOT k.measured
  UNION
  SELECT 'too_little_measured:report' FROM (
    SELECT coalesce(sum(grace.kpi_weight(k.kpi)), 0) AS weight FROM grace.kpi_results k
    WHERE k.evidence = of_evidence AND k.measured) measured WHERE measured.weight < 50
$$;
--> statement-breakpoint

-- Digest of who may vote: one line a member, in byte order (src/parliament/electorate.ts has the same).
CREATE FUNCTION grace.electorate_digest(of_session text) RETURNS text LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'sha256:' || encode(sha256(convert_to(coalesce(string_agg(
    e.member || ' ' || CASE WHEN e.may_approve THEN '1' ELSE '0' END, E'\n' ORDER BY e.member COLLATE "C"), ''), 'UTF8')), 'hex')
  FROM grace.electors e WHERE e.session = of_session
$$;
--> statement-breakpoint

CREATE FUNCTION grace.demand_read_committed() RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Under a snapshot, a reject that commits while we wait for the session's lock would stay unseen.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'votes and executions are decided under READ COMMITTED only, not %',
      current_setting('transaction_isolation') USING ERRCODE = 'GR001';
  END IF;
END $$;
--> statement-breakpoint

CREATE FUNCTION grace.guard_ballot() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s grace.sessions;
  e grace.electors;
BEGIN
  PERFORM grace.demand_read_committed();
  SELECT * INTO s FROM grace.sessions WHERE id = NEW.session FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no session %', NEW.session USING ERRCODE = 'GR010'; END IF;
  IF s.state <> 'open' THEN RAISE EXCEPTION 'session % is %', s.id, s.state USING ERRCODE = 'GR011'; END IF;
  IF grace.now() >= s.deadline THEN
    RAISE EXCEPTION 'the deadline of session % passed at %', s.id, s.deadline USING ERRCODE = 'GR012';
  END IF;
  SELECT * INTO e FROM grace.electors WHERE session = NEW.session AND member = NEW.member;
  IF NOT FOUND THEN RAISE EXCEPTION '% is not in the electorate', NEW.member USING ERRCODE = 'GR013'; END IF;
  IF NOT EXISTS (SELECT FROM grace.members m JOIN grace.voters v ON v.member = m.id
                 WHERE m.id = NEW.member AND m.active AND v.target = s.target) THEN
    RAISE EXCEPTION '% is no longer an active voter of %', NEW.member, s.target USING ERRCODE = 'GR014';
  END IF;
  IF NEW.vote = 'approve' AND NOT e.may_approve THEN
    RAISE EXCEPTION '% is an author and may not approve', NEW.member USING ERRCODE = 'GR015';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.session, NEW.member) IS DISTINCT FROM (OLD.session, OLD.member) THEN
      RAISE EXCEPTION 'a ballot stays with its session and member' USING ERRCODE = 'GR016';
    END IF;
    IF NEW.clicked_at < OLD.clicked_at THEN
      RAISE EXCEPTION 'an older click never overrides a newer one' USING ERRCODE = 'GR017';
    END IF;
  END IF;
  NEW.cast_at := grace.now();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_ballot BEFORE INSERT OR UPDATE ON grace.ballots FOR EACH ROW EXECUTE FUNCTION grace.guard_ballot();
--> statement-breakpoint

CREATE FUNCTION grace.guard_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' THEN RAISE EXCEPTION 'a session begins open' USING ERRCODE = 'GR020'; END IF;
    RETURN NEW;
  END IF;
  -- Terminal is terminal: open → closed or void; closed → void; nothing else.
  IF OLD.state <> NEW.state AND NOT ((OLD.state = 'open' AND NEW.state IN ('closed', 'void'))
                                  OR (OLD.state = 'closed' AND NEW.state = 'void')) THEN
    RAISE EXCEPTION 'a session that is % does not become %', OLD.state, NEW.state USING ERRCODE = 'GR021';
  END IF;
  IF OLD.state = NEW.state AND OLD.state <> 'open' THEN
    RAISE EXCEPTION 'session % is %', OLD.id, OLD.state USING ERRCODE = 'GR021';
  END IF;
  NEW.closed_at := CASE WHEN OLD.state = 'open' AND NEW.state = 'closed' THEN grace.now() ELSE OLD.closed_at END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_session BEFORE INSERT OR UPDATE ON grace.sessions FOR EACH ROW EXECUTE FUNCTION grace.guard_session();
--> statement-breakpoint

CREATE FUNCTION grace.guard_mission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.phase NOT IN ('detected', 'sandbox_testing') THEN
      RAISE EXCEPTION 'a mission does not begin as %', NEW.phase USING ERRCODE = 'GR030';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.phase = 'complete' THEN
    RAISE EXCEPTION 'mission % is complete', OLD.id USING ERRCODE = 'GR031';
  END IF;
  IF NEW.phase <> OLD.phase AND NOT EXISTS (
    SELECT FROM grace.allowed_transitions t WHERE t.from_phase = OLD.phase AND t.to_phase = NEW.phase) THEN
    RAISE EXCEPTION 'no transition from % to %', OLD.phase, NEW.phase USING ERRCODE = 'GR032';
  END IF;
  IF NEW.phase = 'live_execution' AND NOT EXISTS (
    SELECT FROM grace.executions x WHERE x.mission = NEW.id AND x.finished_at IS NULL) THEN
    RAISE EXCEPTION 'mission % has no execution that the gate let through', NEW.id USING ERRCODE = 'GR033';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_mission BEFORE INSERT OR UPDATE ON grace.missions FOR EACH ROW EXECUTE FUNCTION grace.guard_mission();
--> statement-breakpoint

CREATE FUNCTION grace.gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s grace.sessions;
  p grace.policies;
  m grace.missions;
  approvals integer;
  rejects integer;
  eligible integer;
  last_ballot timestamptz;
  trust integer;
  held text;
  bad record;
BEGIN
  PERFORM grace.demand_read_committed();
  -- The ballot trigger takes the same lock: no vote moves while the gate counts.
  SELECT * INTO s FROM grace.sessions WHERE id = NEW.session FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no session %', NEW.session USING ERRCODE = 'GR101'; END IF;
  SELECT * INTO m FROM grace.missions WHERE id = s.mission FOR UPDATE;
  SELECT * INTO p FROM grace.policies WHERE target = s.target AND current;

  -- Bound to what was seen.
  IF NEW.mission IS DISTINCT FROM s.mission OR NEW.target IS DISTINCT FROM s.target
    OR NEW.candidate_digest IS DISTINCT FROM s.candidate_digest
    OR NEW.evidence_digest IS DISTINCT FROM s.evidence_digest
    OR NEW.policy_digest IS DISTINCT FROM s.policy_digest THEN
    RAISE EXCEPTION 'the execution is not the one that session % was about', s.id USING ERRCODE = 'GR106';
  END IF;
  IF m.session IS DISTINCT FROM s.id OR m.phase <> 'consensus' THEN
    RAISE EXCEPTION 'mission % is not waiting for session %', m.id, s.id USING ERRCODE = 'GR106';
  END IF;
  IF NOT EXISTS (SELECT FROM grace.evidence e JOIN grace.candidates c ON c.id = e.candidate
                 WHERE e.id = s.evidence AND e.digest = s.evidence_digest AND m.evidence = e.id
                   AND c.digest = s.candidate_digest AND c.id = m.candidate AND c.mission = m.id) THEN
    RAISE EXCEPTION 'candidate or evidence is not what was voted on' USING ERRCODE = 'GR106';
  END IF;
  IF p.digest IS DISTINCT FROM s.policy_digest THEN
    RAISE EXCEPTION 'the policy of % changed after the session opened', s.target USING ERRCODE = 'GR106';
  END IF;
  IF grace.electorate_digest(s.id) IS DISTINCT FROM s.electorate_digest THEN
    RAISE EXCEPTION 'the electorate of session % is not the one that it opened with', s.id USING ERRCODE = 'GR106';
  END IF;

  -- 1 and 2: a person's own approval; a passed session, recounted.
  SELECT count(*) FILTER (WHERE b.vote = 'approve' AND e.may_approve), count(*) FILTER (WHERE b.vote = 'reject'),
         max(b.cast_at) FILTER (WHERE b.vote <> 'withdrawn')
    INTO approvals, rejects, last_ballot
    FROM grace.ballots b
    JOIN grace.electors e ON e.session = b.session AND e.member = b.member
    JOIN grace.members mm ON mm.id = b.member AND mm.active
    JOIN grace.voters v ON v.member = b.member AND v.target = s.target
    WHERE b.session = s.id;
  IF approvals = 0 THEN RAISE EXCEPTION 'no person has approved' USING ERRCODE = 'GR100'; END IF;
  IF s.state <> 'closed' OR s.result IS DISTINCT FROM 'passed' THEN
    RAISE EXCEPTION 'session % is % (%)', s.id, s.state, coalesce(s.result, 'no result') USING ERRCODE = 'GR101';
  END IF;
  IF approvals < p.min_approvals OR approvals * 10000 < p.share * (approvals + rejects) THEN
    RAISE EXCEPTION '% approvals and % rejects do not pass: % approvals and a share of % are needed',
      approvals, rejects, p.min_approvals, p.share USING ERRCODE = 'GR101';
  END IF;
  SELECT count(*) INTO eligible FROM grace.electors e WHERE e.session = s.id;
  IF eligible > 1 AND s.closed_at < s.deadline AND s.closed_at < last_ballot + s.dwell_ms * interval '1 millisecond' THEN
    RAISE EXCEPTION 'session % closed before its dwell was over', s.id USING ERRCODE = 'GR101';
  END IF;

  -- 3: trust, recomputed, and no hold.
  trust := grace.trust_bp(s.evidence);
  IF trust < p.threshold THEN
    RAISE EXCEPTION 'trust is % basis points, % are needed', trust, p.threshold USING ERRCODE = 'GR102';
  END IF;
  SELECT string_agg(h, ', ' ORDER BY h) INTO held FROM grace.hold_codes(s.evidence) h;
  IF held IS NOT NULL THEN RAISE EXCEPTION 'held: %', held USING ERRCODE = 'GR102'; END IF;
  IF NOT p.demo AND EXISTS (SELECT FROM grace.evidence e WHERE e.id = s.evidence AND e.isolation <> 'contained') THEN
    RAISE EXCEPTION 'held: the evidence was not measured in containment' USING ERRCODE = 'GR102';
  END IF;

  -- 4, 5, 6: every required check has an answer that stands, and none has one that does not.
  SELECT q.id, c.verdict, c.valid_until, coalesce(c.family,
      CASE WHEN q.id LIKE 'constitution:%' THEN 'constitution' WHEN q.id LIKE 'security:%' THEN 'security'
           ELSE 'governance' END) AS family
    INTO bad
    FROM (SELECT r AS id, split_part(r, ':', 2) AS check_id FROM unnest(p.required_checks) r) q
    FULL JOIN grace.standing_checks(s.evidence) c ON c.check_id = q.check_id AND q.id = c.family || ':' || c.check_id
    WHERE c.verdict IS NULL OR c.verdict NOT IN ('pass', 'attested', 'not_applicable') OR c.valid_until <= grace.now()
    ORDER BY 1 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'check %: %', coalesce(bad.id, bad.family),
      CASE WHEN bad.verdict IS NULL THEN 'not asked'
           WHEN bad.verdict IN ('pass', 'attested', 'not_applicable') THEN 'its answer is too old' ELSE bad.verdict END
      USING ERRCODE = CASE bad.family WHEN 'governance' THEN 'GR103' WHEN 'constitution' THEN 'GR104' ELSE 'GR105' END;
  END IF;

  -- Closing, checkpoint, unlock: the closing is under a signed checkpoint before anything runs.
  IF NOT EXISTS (SELECT FROM grace.ledger_leaves l WHERE l.entry = s.closing_entry
                 AND l.seq < (SELECT max(c.size) FROM grace.ledger_checkpoints c)) THEN
    RAISE EXCEPTION 'the closing of session % is not under a checkpoint yet', s.id USING ERRCODE = 'GR107';
  END IF;
  IF EXISTS (SELECT FROM grace.freezes f WHERE f.target = s.target) THEN
    RAISE EXCEPTION '% is frozen', s.target USING ERRCODE = 'GR108';
  END IF;

  NEW.state := 'unlocked';
  NEW.unlocked_at := grace.now();
  NEW.revision := NULL;
  NEW.finished_at := NULL;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER gate BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.gate();
--> statement-breakpoint

CREATE FUNCTION grace.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'GR040';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grace.ledger_entries EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grace.ledger_leaves EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grace.ledger_checkpoints EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON grace.ledger_texts EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint

CREATE FUNCTION grace.guard_redaction() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.commitment, NEW.entry, NEW.salt) IS DISTINCT FROM (OLD.commitment, OLD.entry, OLD.salt) OR NEW.text IS NOT NULL THEN
    RAISE EXCEPTION 'words in the ledger can only be emptied' USING ERRCODE = 'GR040';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_redaction BEFORE UPDATE ON grace.ledger_texts FOR EACH ROW EXECUTE FUNCTION grace.guard_redaction();
--> statement-breakpoint

-- Wakes whoever relays the outbox; the rows themselves are the truth.
CREATE FUNCTION grace.wake_relay() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('grace_outbox', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER wake_relay AFTER INSERT ON grace.outbox FOR EACH STATEMENT EXECUTE FUNCTION grace.wake_relay();
--> statement-breakpoint

-- Whether what this file promises holds for the login that asks: an owner or a superuser can walk around it.
CREATE FUNCTION grace.is_enforced_for(login name) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = login)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = 'grace'::regnamespace
                     AND pg_catalog.pg_has_role(login, c.relowner, 'MEMBER'))
$$;
