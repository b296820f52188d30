CREATE SCHEMA "grace";
--> statement-breakpoint
CREATE TABLE "grace"."freezes" (
	"target" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"public_key" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."members" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"active" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."policies" (
	"digest" text PRIMARY KEY NOT NULL,
	"target" text NOT NULL,
	"current" boolean NOT NULL,
	"threshold" integer NOT NULL,
	"min_approvals" integer NOT NULL,
	"share" integer NOT NULL,
	"dwell_ms" bigint NOT NULL,
	"deadline_ms" bigint NOT NULL,
	"required_checks" text[] NOT NULL,
	"demo" boolean NOT NULL,
	"body" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"label" text NOT NULL,
	"member" text,
	"agent" text,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "grace"."voters" (
	"target" text NOT NULL,
	"member" text NOT NULL,
	CONSTRAINT "voters_target_member_pk" PRIMARY KEY("target","member")
);
--> statement-breakpoint
CREATE TABLE "grace"."checks" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grace"."checks_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"evidence" text NOT NULL,
	"check_id" text NOT NULL,
	"family" text NOT NULL,
	"title" text NOT NULL,
	"looks_at" text NOT NULL,
	"not_yet_checked" jsonb NOT NULL,
	"verdict" text NOT NULL,
	"reason" text NOT NULL,
	"found" jsonb NOT NULL,
	"valid_until" timestamp with time zone,
	"attested_by" text,
	"duration_ms" double precision NOT NULL,
	"asked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."evidence" (
	"id" text PRIMARY KEY NOT NULL,
	"candidate" text NOT NULL,
	"digest" text NOT NULL,
	"isolation" text NOT NULL,
	"body" jsonb NOT NULL,
	"signature" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."holds" (
	"evidence" text NOT NULL,
	"code" text NOT NULL,
	"subject" text NOT NULL,
	"sentence" text NOT NULL,
	CONSTRAINT "holds_evidence_code_subject_pk" PRIMARY KEY("evidence","code","subject")
);
--> statement-breakpoint
CREATE TABLE "grace"."kpi_results" (
	"evidence" text NOT NULL,
	"kpi" text NOT NULL,
	"measured" boolean NOT NULL,
	"baseline_measured" boolean NOT NULL,
	"raw" bigint,
	"lower" bigint,
	"upper" bigint,
	"claim" bigint,
	"margin" bigint NOT NULL,
	"resolution" bigint,
	"note" text NOT NULL,
	CONSTRAINT "kpi_results_evidence_kpi_pk" PRIMARY KEY("evidence","kpi")
);
--> statement-breakpoint
CREATE TABLE "grace"."capas" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "grace"."capas_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"mission" text NOT NULL,
	"summary" text NOT NULL,
	"cause" text NOT NULL,
	"corrective" text NOT NULL,
	"preventive" text NOT NULL,
	"state" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "capas_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "grace"."coverage_readings" (
	"target" text NOT NULL,
	"commit" text NOT NULL,
	"percent" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "coverage_readings_target_commit_pk" PRIMARY KEY("target","commit")
);
--> statement-breakpoint
CREATE TABLE "grace"."executions" (
	"id" text PRIMARY KEY NOT NULL,
	"mission" text NOT NULL,
	"session" text NOT NULL,
	"target" text NOT NULL,
	"candidate_digest" text NOT NULL,
	"evidence_digest" text NOT NULL,
	"policy_digest" text NOT NULL,
	"state" text NOT NULL,
	"previous_revision" text,
	"revision" text,
	"unlocked_at" timestamp with time zone NOT NULL,
	"deployed_at" timestamp with time zone,
	"watch_until" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "executions_session_unique" UNIQUE("session")
);
--> statement-breakpoint
CREATE TABLE "grace"."outcomes" (
	"mission" text PRIMARY KEY NOT NULL,
	"outcome" text NOT NULL,
	"confirmed" boolean,
	"sentence" text NOT NULL,
	"predicted" jsonb NOT NULL,
	"live" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."rollbacks" (
	"mission" text PRIMARY KEY NOT NULL,
	"execution" text NOT NULL,
	"reason" text NOT NULL,
	"verified" boolean,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."samples" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grace"."samples_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"window_ms" integer NOT NULL,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"buckets" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."scrapes" (
	"target" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"counters" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."ledger_checkpoints" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"roots" jsonb NOT NULL,
	"chain" "bytea" NOT NULL,
	"note" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."ledger_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"appended" bigint GENERATED ALWAYS AS IDENTITY (sequence name "grace"."ledger_entries_appended_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"mission" text,
	"leaf" text NOT NULL,
	CONSTRAINT "ledger_entries_appended_unique" UNIQUE("appended")
);
--> statement-breakpoint
CREATE TABLE "grace"."ledger_leaves" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"entry" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"chain" "bytea" NOT NULL,
	CONSTRAINT "ledger_leaves_entry_unique" UNIQUE("entry")
);
--> statement-breakpoint
CREATE TABLE "grace"."ledger_texts" (
	"commitment" text PRIMARY KEY NOT NULL,
	"entry" text NOT NULL,
	"salt" text NOT NULL,
	"text" text
);
--> statement-breakpoint
CREATE TABLE "grace"."allowed_transitions" (
	"from_phase" text NOT NULL,
	"to_phase" text NOT NULL,
	CONSTRAINT "allowed_transitions_from_phase_to_phase_pk" PRIMARY KEY("from_phase","to_phase")
);
--> statement-breakpoint
CREATE TABLE "grace"."candidates" (
	"id" text PRIMARY KEY NOT NULL,
	"mission" text NOT NULL,
	"revision" integer NOT NULL,
	"base_commit" text NOT NULL,
	"tree" text NOT NULL,
	"patch" text NOT NULL,
	"patch_id" text NOT NULL,
	"digest" text NOT NULL,
	"authors" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."feedback" (
	"id" text PRIMARY KEY NOT NULL,
	"mission" text NOT NULL,
	"author" jsonb NOT NULL,
	"source" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grace"."missions" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "grace"."missions_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"rationale" text NOT NULL,
	"phase" text NOT NULL,
	"outcome" text,
	"reason" text NOT NULL,
	"held_by" jsonb NOT NULL,
	"claims" jsonb NOT NULL,
	"proposer" jsonb NOT NULL,
	"opportunity" text,
	"candidate" text,
	"evidence" text,
	"session" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"completed_at" timestamp with time zone,
	CONSTRAINT "missions_number_unique" UNIQUE("number"),
	CONSTRAINT "missions_outcome" CHECK (("grace"."missions"."phase" = 'complete') = ("grace"."missions"."outcome" is not null))
);
--> statement-breakpoint
CREATE TABLE "grace"."opportunities" (
	"id" text PRIMARY KEY NOT NULL,
	"target" text NOT NULL,
	"detector" text NOT NULL,
	"fingerprint" text NOT NULL,
	"fields" jsonb NOT NULL,
	"summary" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"seen" integer NOT NULL,
	"first_seen" timestamp with time zone NOT NULL,
	"last_seen" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grace"."outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"key" text,
	"not_before" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_holder" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"done_at" timestamp with time zone,
	"given_up_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."ballots" (
	"session" text NOT NULL,
	"member" text NOT NULL,
	"vote" text NOT NULL,
	"reason" text NOT NULL,
	"via" text NOT NULL,
	"clicked_at" timestamp with time zone NOT NULL,
	"cast_at" timestamp with time zone NOT NULL,
	"carried_from" text,
	CONSTRAINT "ballots_session_member_pk" PRIMARY KEY("session","member")
);
--> statement-breakpoint
CREATE TABLE "grace"."electors" (
	"session" text NOT NULL,
	"member" text NOT NULL,
	"name" text NOT NULL,
	"may_approve" boolean NOT NULL,
	"author" boolean NOT NULL,
	CONSTRAINT "electors_session_member_pk" PRIMARY KEY("session","member")
);
--> statement-breakpoint
CREATE TABLE "grace"."sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"mission" text NOT NULL,
	"target" text NOT NULL,
	"candidate_digest" text NOT NULL,
	"evidence" text NOT NULL,
	"evidence_digest" text NOT NULL,
	"policy_digest" text NOT NULL,
	"electorate_digest" text NOT NULL,
	"min_approvals" integer NOT NULL,
	"share" integer NOT NULL,
	"dwell_ms" bigint NOT NULL,
	"trust" integer NOT NULL,
	"threshold" integer NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"deadline" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"result" text,
	"closed_at" timestamp with time zone,
	"closing_entry" text,
	"reason" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grace"."tokens" ADD CONSTRAINT "tokens_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."voters" ADD CONSTRAINT "voters_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."checks" ADD CONSTRAINT "checks_evidence_evidence_id_fk" FOREIGN KEY ("evidence") REFERENCES "grace"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."evidence" ADD CONSTRAINT "evidence_candidate_candidates_id_fk" FOREIGN KEY ("candidate") REFERENCES "grace"."candidates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."holds" ADD CONSTRAINT "holds_evidence_evidence_id_fk" FOREIGN KEY ("evidence") REFERENCES "grace"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."kpi_results" ADD CONSTRAINT "kpi_results_evidence_evidence_id_fk" FOREIGN KEY ("evidence") REFERENCES "grace"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."capas" ADD CONSTRAINT "capas_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."executions" ADD CONSTRAINT "executions_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."executions" ADD CONSTRAINT "executions_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "grace"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."outcomes" ADD CONSTRAINT "outcomes_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."rollbacks" ADD CONSTRAINT "rollbacks_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."rollbacks" ADD CONSTRAINT "rollbacks_execution_executions_id_fk" FOREIGN KEY ("execution") REFERENCES "grace"."executions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."ledger_texts" ADD CONSTRAINT "ledger_texts_entry_ledger_entries_id_fk" FOREIGN KEY ("entry") REFERENCES "grace"."ledger_entries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."candidates" ADD CONSTRAINT "candidates_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD CONSTRAINT "feedback_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."missions" ADD CONSTRAINT "missions_opportunity_opportunities_id_fk" FOREIGN KEY ("opportunity") REFERENCES "grace"."opportunities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."ballots" ADD CONSTRAINT "ballots_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "grace"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."ballots" ADD CONSTRAINT "ballots_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."electors" ADD CONSTRAINT "electors_session_sessions_id_fk" FOREIGN KEY ("session") REFERENCES "grace"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."electors" ADD CONSTRAINT "electors_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."sessions" ADD CONSTRAINT "sessions_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."sessions" ADD CONSTRAINT "sessions_evidence_evidence_id_fk" FOREIGN KEY ("evidence") REFERENCES "grace"."evidence"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "policies_current" ON "grace"."policies" USING btree ("target") WHERE "grace"."policies"."current";--> statement-breakpoint
CREATE INDEX "tokens_member" ON "grace"."tokens" USING btree ("member");--> statement-breakpoint
CREATE INDEX "checks_evidence" ON "grace"."checks" USING btree ("evidence","check_id","number");--> statement-breakpoint
CREATE INDEX "evidence_candidate" ON "grace"."evidence" USING btree ("candidate");--> statement-breakpoint
CREATE UNIQUE INDEX "executions_live" ON "grace"."executions" USING btree ("target") WHERE "grace"."executions"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "executions_mission" ON "grace"."executions" USING btree ("mission");--> statement-breakpoint
CREATE INDEX "samples_target" ON "grace"."samples" USING btree ("target","at");--> statement-breakpoint
CREATE INDEX "ledger_entries_mission" ON "grace"."ledger_entries" USING btree ("mission","appended");--> statement-breakpoint
CREATE INDEX "ledger_texts_entry" ON "grace"."ledger_texts" USING btree ("entry");--> statement-breakpoint
CREATE UNIQUE INDEX "candidates_revision" ON "grace"."candidates" USING btree ("mission","revision");--> statement-breakpoint
CREATE INDEX "feedback_mission" ON "grace"."feedback" USING btree ("mission","at");--> statement-breakpoint
CREATE INDEX "missions_phase" ON "grace"."missions" USING btree ("phase","number");--> statement-breakpoint
CREATE UNIQUE INDEX "missions_opportunity" ON "grace"."missions" USING btree ("opportunity") WHERE "grace"."missions"."opportunity" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "opportunities_open" ON "grace"."opportunities" USING btree ("fingerprint") WHERE "grace"."opportunities"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_due" ON "grace"."outbox" USING btree ("not_before") WHERE "grace"."outbox"."done_at" is null and "grace"."outbox"."given_up_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_key" ON "grace"."outbox" USING btree ("key") WHERE "grace"."outbox"."done_at" is null and "grace"."outbox"."given_up_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_open" ON "grace"."sessions" USING btree ("mission") WHERE "grace"."sessions"."state" = 'open';