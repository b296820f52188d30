CREATE TABLE "grace"."transcripts" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grace"."transcripts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"mission" text NOT NULL,
	"agent" text NOT NULL,
	"digest" text NOT NULL,
	"ended" text NOT NULL,
	"tokens" bigint NOT NULL,
	"requests" integer NOT NULL,
	"wall_ms" integer NOT NULL,
	"transcript" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grace"."coverage_readings" ADD COLUMN "uncovered" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."candidates" ADD COLUMN "pull_request" jsonb;--> statement-breakpoint
ALTER TABLE "grace"."transcripts" ADD CONSTRAINT "transcripts_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "transcripts_mission" ON "grace"."transcripts" USING btree ("mission","number");