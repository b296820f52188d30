CREATE TABLE "grace"."history" (
	"target" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"error_rate" double precision,
	"p95_ms" double precision,
	CONSTRAINT "history_target_at_pk" PRIMARY KEY("target","at")
);
--> statement-breakpoint
CREATE TABLE "grace"."surveys" (
	"target" text NOT NULL,
	"detector" text NOT NULL,
	"commit" text NOT NULL,
	"findings" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "surveys_target_detector_pk" PRIMARY KEY("target","detector")
);
--> statement-breakpoint
-- A sample of a target and time is one.
DELETE FROM grace.samples a USING grace.samples b WHERE a.target = b.target AND a.at = b.at AND a.id > b.id;--> statement-breakpoint
DROP INDEX "grace"."samples_target";--> statement-breakpoint
ALTER TABLE "grace"."capas" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "grace"."capas" ADD COLUMN "baseline" jsonb DEFAULT '{"requests":0,"errorRate":null,"p95Ms":null}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."opportunities" ADD COLUMN "magnitude" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "samples_target" ON "grace"."samples" USING btree ("target","at");