CREATE TABLE "grace"."attestations" (
	"execution" text PRIMARY KEY NOT NULL,
	"envelopes" jsonb NOT NULL,
	"proof" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grace"."attestations" ADD CONSTRAINT "attestations_execution_executions_id_fk" FOREIGN KEY ("execution") REFERENCES "grace"."executions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grace.attestations EXECUTE FUNCTION grace.refuse_change();
--> statement-breakpoint
-- The one key that there was until now signed everything.
ALTER TABLE "grace"."keys" ADD COLUMN "purpose" text DEFAULT 'any' NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."keys" ADD COLUMN "not_after" timestamp with time zone DEFAULT grace.now() + interval '730 days' NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."keys" ADD CONSTRAINT keys_purpose CHECK ("purpose" IN ('ledger', 'attestation', 'execution', 'any'));
--> statement-breakpoint

-- Why a key does not vouch for anything now; null where it does. The one place that knows.
CREATE FUNCTION grace.key_fault(of_key text, for_purpose text) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k grace.keys;
BEGIN
  SELECT * INTO k FROM grace.keys WHERE id = of_key;
  IF NOT FOUND THEN RETURN format('the key %s is not registered', coalesce(of_key, '(none)')); END IF;
  IF k.purpose NOT IN (for_purpose, 'any') THEN RETURN format('the key %s is for the %s, not for the %s', k.id, k.purpose, for_purpose); END IF;
  IF k.revoked_at IS NOT NULL THEN RETURN format('the key %s was revoked on %s', k.id, to_char(k.revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')); END IF;
  IF k.not_after <= grace.now() THEN
    RETURN format('the key %s has expired on %s: grace keys rotate %s', k.id, to_char(k.not_after AT TIME ZONE 'UTC', 'YYYY-MM-DD'), k.purpose);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint

-- What vouches for the evidence has to be valid when it is acted on.
CREATE OR REPLACE FUNCTION grace.guard_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fault text;
BEGIN
  SELECT grace.key_fault(e.signature -> 'signatures' -> 0 ->> 'keyid', 'attestation') INTO fault
    FROM grace.sessions s JOIN grace.evidence e ON e.id = s.evidence WHERE s.id = NEW.session;
  IF fault IS NOT NULL OR NOT FOUND THEN
    RAISE EXCEPTION 'the evidence is not signed: %', coalesce(fault, 'there is none') USING ERRCODE = 'GR112';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint

-- The tree's root from the roots of its perfect subtrees (RFC 6962 section 2.1), the smallest last.
CREATE FUNCTION grace.root_of(roots jsonb) RETURNS bytea LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog AS $$
DECLARE
  root bytea;
  i integer;
BEGIN
  FOR i IN REVERSE jsonb_array_length(roots) - 1 .. 0 LOOP
    root := CASE WHEN root IS NULL THEN decode(roots ->> i, 'base64')
                 ELSE sha256('\x01'::bytea || decode(roots ->> i, 'base64') || root) END;
  END LOOP;
  RETURN root;
END $$;
--> statement-breakpoint

-- The checkpoint that the closing stands under says the tree that there is: its own three lines, its root, and every leaf
-- from the closing on, in its order. Whether it is signed, PostgreSQL can't tell: the executor does.
CREATE FUNCTION grace.guard_checkpoint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c grace.ledger_checkpoints;
  closing bigint;
  link bytea;
  leaf record;
BEGIN
  SELECT * INTO c FROM grace.ledger_checkpoints ORDER BY size DESC LIMIT 1;
  SELECT l.seq INTO closing FROM grace.sessions s JOIN grace.ledger_leaves l ON l.entry = s.closing_entry WHERE s.id = NEW.session;
  IF c IS NULL OR closing IS NULL THEN RETURN NEW; END IF; -- The gate says it better.
  IF split_part(c.note, E'\n', 2) <> c.size::text OR split_part(c.note, E'\n', 3) <> encode(c.root, 'base64')
    OR grace.root_of(c.roots) IS DISTINCT FROM c.root THEN
    RAISE EXCEPTION 'the checkpoint of % entries contradicts itself', c.size USING ERRCODE = 'GR113';
  END IF;
  SELECT l.chain INTO link FROM grace.ledger_leaves l WHERE l.seq = closing - 1;
  link := coalesce(link, decode(repeat('00', 32), 'hex'));
  FOR leaf IN SELECT n.seq, l.hash, l.chain, e.leaf AS words FROM generate_series(closing, c.size - 1) AS n (seq)
              LEFT JOIN grace.ledger_leaves l ON l.seq = n.seq LEFT JOIN grace.ledger_entries e ON e.id = l.entry
              ORDER BY n.seq LOOP
    link := sha256(link || leaf.hash);
    IF leaf.hash IS DISTINCT FROM sha256('\x00'::bytea || convert_to(leaf.words, 'UTF8')) OR link IS DISTINCT FROM leaf.chain THEN
      RAISE EXCEPTION 'entry % of the ledger is not what was numbered there', leaf.seq USING ERRCODE = 'GR113';
    END IF;
  END LOOP;
  IF link IS DISTINCT FROM c.chain THEN
    RAISE EXCEPTION 'the checkpoint of % entries is of another ledger', c.size USING ERRCODE = 'GR113';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_checkpoint BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.guard_checkpoint();

--> statement-breakpoint

CREATE TABLE "grace"."challenges" (
	"challenge" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"session" text,
	"nonce" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] NOT NULL,
	"site" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"forgotten_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "grace"."passkeys" ADD CONSTRAINT "passkeys_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "passkeys_member" ON "grace"."passkeys" USING btree ("member") WHERE "grace"."passkeys"."forgotten_at" is null;--> statement-breakpoint
ALTER TABLE "grace"."ballots" ADD COLUMN "assurance" text DEFAULT 'click' NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."ballots" ADD COLUMN "assertion" jsonb;--> statement-breakpoint
ALTER TABLE "grace"."sessions" ADD COLUMN "assurance" text DEFAULT 'click' NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."ballots" ADD CONSTRAINT ballots_assurance CHECK ("assurance" IN ('click', 'passkey'));--> statement-breakpoint
ALTER TABLE "grace"."sessions" ADD CONSTRAINT sessions_assurance CHECK ("assurance" IN ('click', 'passkey'));
--> statement-breakpoint

-- Where an approval needs a passkey, one without it is none.
CREATE FUNCTION grace.guard_assurance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.vote = 'approve' AND NEW.assurance <> 'passkey'
    AND EXISTS (SELECT FROM grace.sessions s WHERE s.id = NEW.session AND s.assurance = 'passkey') THEN
    RAISE EXCEPTION 'an approval in session % needs a passkey', NEW.session USING ERRCODE = 'GR018';
  END IF;
  IF NEW.vote = 'approve' AND NEW.assurance = 'passkey'
    AND NOT EXISTS (SELECT FROM grace.passkeys p WHERE p.member = NEW.member AND p.forgotten_at IS NULL) THEN
    RAISE EXCEPTION '% has no passkey', NEW.member USING ERRCODE = 'GR018';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_assurance BEFORE INSERT OR UPDATE ON grace.ballots FOR EACH ROW EXECUTE FUNCTION grace.guard_assurance();
--> statement-breakpoint

CREATE FUNCTION grace.guard_assured() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM grace.sessions s JOIN grace.ballots b ON b.session = s.id
             WHERE s.id = NEW.session AND s.assurance = 'passkey' AND b.vote = 'approve' AND b.assurance <> 'passkey') THEN
    RAISE EXCEPTION 'an approval of session % came without a passkey', NEW.session USING ERRCODE = 'GR101';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER guard_assured BEFORE INSERT ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.guard_assured();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON grace.passkeys EXECUTE FUNCTION grace.refuse_change();

--> statement-breakpoint

-- One human, one word: of members that were linked to one human the first in order stands for all of them.
CREATE FUNCTION grace.human_of(of_member text) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE same (member) AS (
    SELECT of_member UNION
    SELECT b.member FROM same
      JOIN grace.accounts a ON a.member = same.member AND a.until IS NULL
      JOIN grace.accounts b ON b.platform = a.platform AND b.account = a.account AND b.until IS NULL)
  SELECT min(member) FROM same
$$;
--> statement-breakpoint

-- How many humans who vote on anything have said that it may go on, and how many there are.
CREATE FUNCTION grace.lifting(of_stop text) RETURNS TABLE (said integer, voters integer) LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(DISTINCT h.human) FILTER (WHERE h.has_said)::integer, count(DISTINCT h.human)::integer
  FROM (SELECT grace.human_of(v.member) AS human,
               EXISTS (SELECT FROM grace.stop_lifts l WHERE l.stop = of_stop AND l.member = v.member) AS has_said
        FROM grace.voters v JOIN grace.members m ON m.id = v.member AND m.active) h
$$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION grace.guard_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  count record;
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
  SELECT * INTO count FROM grace.lifting(OLD.id);
  IF count.said * 2 <= count.voters THEN
    RAISE EXCEPTION '% of % voters have said that it may go on, more than half are needed', count.said, count.voters USING ERRCODE = 'GR110';
  END IF;
  NEW.lifted_at := grace.now();
  RETURN NEW;
END $$;

--> statement-breakpoint

-- What stood still while it merged is asked again before it goes on.
DROP TRIGGER stop_before_merge ON grace.executions;
--> statement-breakpoint
CREATE TRIGGER stop_before_merge BEFORE UPDATE ON grace.executions FOR EACH ROW
  WHEN ((OLD.state = 'unlocked' AND NEW.state NOT IN ('unlocked', 'failed')) OR (OLD.state = 'merging' AND NEW.state = 'merging'))
  EXECUTE FUNCTION grace.guard_stopped();
