ALTER TABLE "grace"."coverage_readings" ADD COLUMN "uncovered" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "grace"."candidates" ADD COLUMN "pull_request" jsonb;