ALTER TABLE "grace"."checks" ADD COLUMN "facts" jsonb;--> statement-breakpoint
ALTER TABLE "grace"."sessions" ADD COLUMN "owners" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint

-- The risk of the change may ask for more than the target's own rule: more approvals, and one of an owner.
CREATE FUNCTION grace.guard_rule() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s grace.sessions;
  approvals integer;
  of_owners integer;
BEGIN
  SELECT * INTO s FROM grace.sessions WHERE id = NEW.session FOR UPDATE;
  SELECT count(*), count(*) FILTER (WHERE b.member = ANY (s.owners)) INTO approvals, of_owners
    FROM grace.ballots b
    JOIN grace.electors e ON e.session = b.session AND e.member = b.member AND e.may_approve
    JOIN grace.members m ON m.id = b.member AND m.active
    JOIN grace.voters v ON v.member = b.member AND v.target = s.target
    WHERE b.session = s.id AND b.vote = 'approve';
  IF approvals < s.min_approvals THEN
    RAISE EXCEPTION '% approvals, and the risk of the change asks for %', approvals, s.min_approvals USING ERRCODE = 'GR101';
  END IF;
  IF cardinality(s.owners) > 0 AND of_owners = 0 THEN
    RAISE EXCEPTION 'no owner has approved: %', array_to_string(s.owners, ', ') USING ERRCODE = 'GR101';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_rule BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.guard_rule();
