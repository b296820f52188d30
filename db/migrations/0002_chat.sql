CREATE TABLE "grace"."accounts" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "grace"."accounts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"account" text NOT NULL,
	"name" text NOT NULL,
	"member" text NOT NULL,
	"source" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."cards" (
	"mission" text NOT NULL,
	"platform" text NOT NULL,
	"channel" text NOT NULL,
	"message" text,
	"thread" text,
	"chart" jsonb,
	"attempted_at" timestamp with time zone,
	"digest" text,
	"trouble" text,
	"busy_until" timestamp with time zone,
	"edited_at" timestamp with time zone,
	CONSTRAINT "cards_mission_platform_channel_pk" PRIMARY KEY("mission","platform","channel")
);
--> statement-breakpoint
CREATE TABLE "grace"."inbox" (
	"key" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"account" text NOT NULL,
	"name" text NOT NULL,
	"session" text NOT NULL,
	"vote" text NOT NULL,
	"reason" text NOT NULL,
	"address" jsonb NOT NULL,
	"clicked_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"outcome" text,
	"sentence" text,
	"settled_at" timestamp with time zone,
	"told_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."link_codes" (
	"digest" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"issuer" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"redeemer" jsonb,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "grace"."posts" (
	"key" text PRIMARY KEY NOT NULL,
	"message" text,
	"attempted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD COLUMN "external" text;--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD COLUMN "permalink" text;--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD COLUMN "edited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "grace"."missions" ADD COLUMN "progress" jsonb;--> statement-breakpoint
ALTER TABLE "grace"."accounts" ADD CONSTRAINT "accounts_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."cards" ADD CONSTRAINT "cards_mission_missions_id_fk" FOREIGN KEY ("mission") REFERENCES "grace"."missions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grace"."link_codes" ADD CONSTRAINT "link_codes_member_members_id_fk" FOREIGN KEY ("member") REFERENCES "grace"."members"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_member" ON "grace"."accounts" USING btree ("member");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_standing" ON "grace"."accounts" USING btree ("platform","account","source") WHERE "grace"."accounts"."until" is null;--> statement-breakpoint
CREATE INDEX "cards_message" ON "grace"."cards" USING btree ("platform","channel","message");--> statement-breakpoint
CREATE INDEX "inbox_session" ON "grace"."inbox" USING btree ("session");--> statement-breakpoint
ALTER TABLE "grace"."feedback" ADD CONSTRAINT "feedback_external_unique" UNIQUE("external");