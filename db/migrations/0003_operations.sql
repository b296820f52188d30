CREATE TABLE "grace"."processes" (
	"id" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"version" text NOT NULL,
	"host" text NOT NULL,
	"parts" jsonb NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grace"."tokens" ADD COLUMN "kind" text DEFAULT 'api' NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."candidates" ADD COLUMN "refused" text;--> statement-breakpoint
ALTER TABLE "grace"."missions" ADD COLUMN "revisions" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "candidates_refused" ON "grace"."candidates" USING btree ("patch_id") WHERE "grace"."candidates"."refused" is not null;--> statement-breakpoint
ALTER TABLE grace.tokens ADD CONSTRAINT tokens_kind CHECK (kind IN ('api', 'session', 'link'));
--> statement-breakpoint
ALTER TABLE grace.missions ADD CONSTRAINT missions_revisions CHECK (revisions BETWEEN 0 AND 3);
--> statement-breakpoint

-- Tells whoever shows a mission that there is something new to show; the rows themselves are the truth.
CREATE FUNCTION grace.tell_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('grace_missions', CASE TG_TABLE_NAME
    WHEN 'missions' THEN to_jsonb(NEW) ->> 'id'
    WHEN 'ballots' THEN (SELECT s.mission FROM grace.sessions s WHERE s.id = to_jsonb(NEW) ->> 'session')
    ELSE to_jsonb(NEW) ->> 'mission' END);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON grace.missions FOR EACH ROW EXECUTE FUNCTION grace.tell_change();
--> statement-breakpoint
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON grace.ballots FOR EACH ROW EXECUTE FUNCTION grace.tell_change();
--> statement-breakpoint
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON grace.feedback FOR EACH ROW EXECUTE FUNCTION grace.tell_change();
--> statement-breakpoint
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON grace.executions FOR EACH ROW EXECUTE FUNCTION grace.tell_change();
--> statement-breakpoint
CREATE TRIGGER tell_change AFTER INSERT OR UPDATE ON grace.capas FOR EACH ROW EXECUTE FUNCTION grace.tell_change();
