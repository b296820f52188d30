CREATE TABLE "grace"."publications" (
	"mission" text NOT NULL,
	"size" bigint NOT NULL,
	"platform" text NOT NULL,
	"channel" text NOT NULL,
	"queued_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	CONSTRAINT "publications_mission_size_platform_channel_pk" PRIMARY KEY("mission","size","platform","channel")
);
--> statement-breakpoint
CREATE TABLE "grace"."stop_lifts" (
	"stop" text NOT NULL,
	"member" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "stop_lifts_stop_member_pk" PRIMARY KEY("stop","member")
);
--> statement-breakpoint
CREATE TABLE "grace"."stops" (
	"id" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"reason" text NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "grace"."stop_lifts" ADD CONSTRAINT "stop_lifts_stop_stops_id_fk" FOREIGN KEY ("stop") REFERENCES "grace"."stops"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "stops_in_force" ON "grace"."stops" USING btree (("lifted_at" is null)) WHERE "grace"."stops"."lifted_at" is null;--> statement-breakpoint

-- A stop that commits is before or after every unlock and merge: they share this lock, and it takes it alone.
CREATE FUNCTION grace.refuse_while_stopped() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s grace.stops;
BEGIN
  PERFORM grace.demand_read_committed();
  PERFORM pg_advisory_xact_lock_shared(7304);
  SELECT * INTO s FROM grace.stops WHERE lifted_at IS NULL;
  IF FOUND THEN
    RAISE EXCEPTION 'everything is stopped by %: %', s.member, s.reason USING ERRCODE = 'GR109';
  END IF;
END $$;
--> statement-breakpoint

CREATE FUNCTION grace.guard_stopped() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM grace.refuse_while_stopped();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER stop_before_unlock BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.guard_stopped();
--> statement-breakpoint
-- What was unlocked and not begun does not begin; what is under way is watched to its end, or rolled back.
CREATE TRIGGER stop_before_merge BEFORE UPDATE ON grace.executions FOR EACH ROW
  WHEN (OLD.state = 'unlocked' AND NEW.state NOT IN ('unlocked', 'failed')) EXECUTE FUNCTION grace.guard_stopped();
--> statement-breakpoint

CREATE FUNCTION grace.guard_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  voters integer;
  lifts integer;
BEGIN
  PERFORM pg_advisory_xact_lock(7304);
  IF TG_OP = 'INSERT' THEN
    NEW.begun_at := grace.now();
    NEW.lifted_at := NULL;
    RETURN NEW;
  END IF;
  IF OLD.lifted_at IS NOT NULL OR (NEW.id, NEW.member, NEW.reason, NEW.begun_at) IS DISTINCT FROM (OLD.id, OLD.member, OLD.reason, OLD.begun_at) THEN
    RAISE EXCEPTION 'a stop can only be lifted, and once' USING ERRCODE = 'GR040';
  END IF;
  -- More than half of those who vote on anything.
  SELECT count(DISTINCT v.member) INTO voters FROM grace.voters v JOIN grace.members m ON m.id = v.member AND m.active;
  SELECT count(DISTINCT l.member) INTO lifts FROM grace.stop_lifts l
    JOIN grace.members m ON m.id = l.member AND m.active JOIN grace.voters v ON v.member = l.member WHERE l.stop = OLD.id;
  IF lifts * 2 <= voters THEN
    RAISE EXCEPTION '% of % voters have said that it may go on, more than half are needed', lifts, voters USING ERRCODE = 'GR110';
  END IF;
  NEW.lifted_at := grace.now();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_stop BEFORE INSERT OR UPDATE ON grace.stops FOR EACH ROW EXECUTE FUNCTION grace.guard_stop();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON grace.stops EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint

CREATE FUNCTION grace.guard_lift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM grace.members m JOIN grace.voters v ON v.member = m.id WHERE m.id = NEW.member AND m.active) THEN
    RAISE EXCEPTION '% votes on no target', NEW.member USING ERRCODE = 'GR014';
  END IF;
  NEW.at := grace.now();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_lift BEFORE INSERT ON grace.stop_lifts FOR EACH ROW EXECUTE FUNCTION grace.guard_lift();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grace.stop_lifts EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint

-- A drill: whether a stop would be obeyed. It is begun and taken back in a subtransaction, so that nobody is stopped by it.
CREATE FUNCTION grace.drill_stop() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  refused boolean := false;
BEGIN
  BEGIN
    -- A stop or a lift that is on its way is before this or after it.
    PERFORM pg_advisory_xact_lock(7304);
    IF NOT EXISTS (SELECT FROM grace.stops WHERE lifted_at IS NULL) THEN
      INSERT INTO grace.stops (id, member, reason, begun_at) VALUES ('drill', 'drill', 'drill', grace.now());
    END IF;
    PERFORM grace.refuse_while_stopped();
    RAISE EXCEPTION 'let through' USING ERRCODE = 'GR111';
  EXCEPTION
    WHEN SQLSTATE 'GR109' THEN refused := true;
    WHEN SQLSTATE 'GR111' THEN refused := false;
  END;
  RETURN refused AND (SELECT count(*) = 2 FROM pg_trigger t
    WHERE t.tgrelid = 'grace.executions'::regclass AND t.tgname IN ('stop_before_unlock', 'stop_before_merge')
      AND t.tgenabled IN ('O', 'A'));
END $$;
--> statement-breakpoint

-- What vouches for the evidence has to be valid when it is acted on.
CREATE FUNCTION grace.guard_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text;
BEGIN
  SELECT e.signature -> 'signatures' -> 0 ->> 'keyid' INTO key
    FROM grace.sessions s JOIN grace.evidence e ON e.id = s.evidence WHERE s.id = NEW.session;
  IF NOT EXISTS (SELECT FROM grace.keys k WHERE k.id = key AND k.revoked_at IS NULL) THEN
    RAISE EXCEPTION 'the key % that signed the evidence is not registered, or revoked', coalesce(key, '(none)')
      USING ERRCODE = 'GR112';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_key BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.guard_key();
