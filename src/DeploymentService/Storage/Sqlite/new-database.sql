CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "access_tokens" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" INTEGER NOT NULL,
    "server_id" TEXT NULL,
    "secret_hash" BLOB NOT NULL,
    "creation_time" INTEGER NOT NULL,
    "expiry_time" INTEGER NULL,
    "last_used_time" INTEGER NULL,
    CONSTRAINT "PK_access_tokens" PRIMARY KEY ("project_id", "id")
);

CREATE TABLE "software_configs" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "name" TEXT NULL,
    "group" TEXT NULL,
    "config" TEXT NOT NULL,
    "inputs" TEXT NOT NULL,
    "outputs" TEXT NOT NULL,
    "options" TEXT NOT NULL,
    "creation_time" INTEGER NOT NULL,
    CONSTRAINT "PK_software_configs" PRIMARY KEY ("project_id", "id")
);

CREATE TABLE "software_deployments" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "server_id" TEXT NOT NULL,
    "config_id" TEXT NOT NULL,
    "action" TEXT NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT NULL,
    "input_values" TEXT NULL,
    "output_values" TEXT NULL,
    "stack_user_project_id" TEXT NULL,
    "creation_time" INTEGER NOT NULL,
    "updated_time" INTEGER NULL,
    CONSTRAINT "PK_software_deployments" PRIMARY KEY ("project_id", "id"),
    CONSTRAINT "FK_software_deployments_software_configs_project_id_config_id" FOREIGN KEY ("project_id", "config_id") REFERENCES "software_configs" ("project_id", "id") ON DELETE RESTRICT
);

CREATE UNIQUE INDEX "IX_access_tokens_secret_hash" ON "access_tokens" ("secret_hash");

CREATE UNIQUE INDEX "IX_software_configs_project_id_sequence" ON "software_configs" ("project_id", "sequence");

CREATE UNIQUE INDEX "IX_software_configs_sequence" ON "software_configs" ("sequence");

CREATE INDEX "IX_software_deployments_project_id_config_id" ON "software_deployments" ("project_id", "config_id");

CREATE UNIQUE INDEX "IX_software_deployments_project_id_sequence" ON "software_deployments" ("project_id", "sequence");

CREATE INDEX "IX_software_deployments_project_id_server_id_sequence" ON "software_deployments" ("project_id", "server_id", "sequence");

CREATE UNIQUE INDEX "IX_software_deployments_sequence" ON "software_deployments" ("sequence");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123153207_Initial', '10.0.15');

ALTER TABLE "access_tokens" ADD "parent_id" TEXT NULL;

CREATE INDEX "IX_access_tokens_parent_id_creation_time" ON "access_tokens" ("parent_id", "creation_time");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123162736_Sessions', '10.0.15');

ALTER TABLE "software_deployments" ADD "execution" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "software_deployments" ADD "execution_is_stale" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "agent_urls" (
    "project_id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    CONSTRAINT "PK_agent_urls" PRIMARY KEY ("project_id", "server_id")
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123170402_Agents', '10.0.15');

ALTER TABLE "software_deployments" ADD "deadline" INTEGER NULL;

ALTER TABLE "software_deployments" ADD "fetched_time" INTEGER NULL;

ALTER TABLE "software_deployments" ADD "lateness" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "software_deployments" ADD "revision" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "software_deployments" ADD "timeout" INTEGER NULL;

CREATE TABLE "deployment_events" (
    "sequence" INTEGER NOT NULL CONSTRAINT "PK_deployment_events" PRIMARY KEY,
    "project_id" TEXT NOT NULL,
    "deployment_number" INTEGER NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "time" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "execution" INTEGER NOT NULL,
    "status_from" TEXT NULL,
    "status_to" TEXT NULL,
    "reason" TEXT NULL,
    "repeated" INTEGER NOT NULL,
    "actor_name" TEXT NULL,
    "actor_role" TEXT NOT NULL,
    "request_id" TEXT NULL
);

CREATE TABLE "idempotency_keys" (
    "project_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" BLOB NOT NULL,
    "resource_id" TEXT NOT NULL,
    "creation_time" INTEGER NOT NULL,
    CONSTRAINT "PK_idempotency_keys" PRIMARY KEY ("project_id", "operation", "key")
);

CREATE TABLE "servers" (
    "project_id" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "last_fetch_time" INTEGER NULL,
    "last_report_time" INTEGER NULL,
    CONSTRAINT "PK_servers" PRIMARY KEY ("project_id", "server_id")
);

CREATE INDEX "IX_software_deployments_deadline" ON "software_deployments" ("deadline") WHERE deadline IS NOT NULL;

CREATE INDEX "IX_deployment_events_deployment_number_sequence" ON "deployment_events" ("deployment_number", "sequence");

CREATE INDEX "IX_deployment_events_project_id_deployment_id" ON "deployment_events" ("project_id", "deployment_id") WHERE kind = 'deleted';

CREATE INDEX "IX_deployment_events_project_id_sequence" ON "deployment_events" ("project_id", "sequence");

CREATE INDEX "IX_idempotency_keys_creation_time" ON "idempotency_keys" ("creation_time");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123185123_Events', '10.0.15');

UPDATE access_tokens SET parent_id = 'b0075742-0000-4000-8000-000000000001' WHERE parent_id = (SELECT id FROM access_tokens WHERE project_id = 'admin' AND name = 'bootstrap' AND role = 3 AND parent_id IS NULL AND expiry_time IS NULL ORDER BY creation_time LIMIT 1);

UPDATE access_tokens SET id = 'b0075742-0000-4000-8000-000000000001' WHERE project_id = 'admin' AND id = (SELECT id FROM access_tokens WHERE project_id = 'admin' AND name = 'bootstrap' AND role = 3 AND parent_id IS NULL AND expiry_time IS NULL ORDER BY creation_time LIMIT 1);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261124060000_BootstrapToken', '10.0.15');

ALTER TABLE "software_deployments" ADD "execution_is_on_server" INTEGER NOT NULL DEFAULT 1;

CREATE TABLE "execution_snapshots" (
    "project_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "config_id" TEXT NOT NULL,
    "action" TEXT NULL,
    "input_values" TEXT NULL,
    CONSTRAINT "PK_execution_snapshots" PRIMARY KEY ("project_id", "deployment_id"),
    CONSTRAINT "FK_execution_snapshots_software_configs_project_id_config_id" FOREIGN KEY ("project_id", "config_id") REFERENCES "software_configs" ("project_id", "id") ON DELETE RESTRICT,
    CONSTRAINT "FK_execution_snapshots_software_deployments_project_id_deployment_id" FOREIGN KEY ("project_id", "deployment_id") REFERENCES "software_deployments" ("project_id", "id") ON DELETE CASCADE
);

CREATE INDEX "IX_execution_snapshots_project_id_config_id" ON "execution_snapshots" ("project_id", "config_id");

INSERT INTO execution_snapshots (project_id, deployment_id, config_id, action, input_values)
SELECT project_id, id, config_id, action, input_values FROM software_deployments WHERE execution_is_stale;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125155809_ExecutionSnapshots', '10.0.15');

ALTER TABLE "servers" ADD "removed_after" INTEGER NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125165230_RemovedServers', '10.0.15');

CREATE TABLE deployment_event_segments (first_event INTEGER NOT NULL PRIMARY KEY, last_event INTEGER NOT NULL);
CREATE TABLE deployment_event_index (segment INTEGER NOT NULL, deployment_number INTEGER NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY (segment, deployment_number, sequence)) WITHOUT ROWID;
INSERT INTO deployment_event_segments
    SELECT min(sequence), max(sequence) FROM deployment_events HAVING count(*) > 0;
INSERT INTO deployment_event_index
    SELECT (SELECT min(sequence) FROM deployment_events), deployment_number, sequence FROM deployment_events ORDER BY deployment_number, sequence;

DROP INDEX "IX_deployment_events_deployment_number_sequence";

CREATE INDEX "IX_deployment_events_deployment_number" ON "deployment_events" ("deployment_number") WHERE kind = 'deleted';

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125172958_HistorySegments', '10.0.15');

CREATE TABLE "signing_keys" (
    "number" INTEGER NOT NULL CONSTRAINT "PK_signing_keys" PRIMARY KEY,
    "secret" BLOB NOT NULL,
    "creation_time" INTEGER NOT NULL,
    "until_time" INTEGER NULL
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125191622_SigningKeys', '10.0.15');

ALTER TABLE "deployment_events" ADD "is_report" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "deployment_events" ADD "subject" TEXT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125195323_EventSubjects', '10.0.15');

ALTER TABLE "servers" ADD "written_time" INTEGER NOT NULL DEFAULT 0;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261125224504_ServerWrittenTimes', '10.0.15');

ALTER TABLE "software_deployments" ADD "ended_time" INTEGER NULL;

ALTER TABLE "software_deployments" ADD "rollout_id" TEXT NULL;

ALTER TABLE "software_deployments" ADD "started_by" TEXT NULL;

ALTER TABLE "software_deployments" ADD "started_time" INTEGER NOT NULL DEFAULT 0;

UPDATE software_deployments SET started_time = CASE WHEN execution = 1 THEN creation_time ELSE coalesce(updated_time, creation_time) END,
ended_time = CASE WHEN status <> 'IN_PROGRESS' THEN coalesce(updated_time, creation_time) END;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126020211_ExecutionTimes', '10.0.15');

CREATE TABLE "rollout_deployments" (
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "server_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    CONSTRAINT "PK_rollout_deployments" PRIMARY KEY ("project_id", "name", "server_id")
);

CREATE TABLE "rollout_servers" (
    "rollout_number" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "server_id" TEXT NOT NULL,
    "outcome" INTEGER NOT NULL,
    "batch" INTEGER NULL,
    "deployment_id" TEXT NULL,
    "execution" INTEGER NULL,
    "started_time" INTEGER NULL,
    "ended_time" INTEGER NULL,
    "reason" TEXT NULL,
    CONSTRAINT "PK_rollout_servers" PRIMARY KEY ("rollout_number", "position")
);

CREATE TABLE "rollouts" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "config_id" TEXT NOT NULL,
    "action" TEXT NULL,
    "input_values" TEXT NULL,
    "timeout" INTEGER NULL,
    "batch_sizes" TEXT NULL,
    "pause_seconds" INTEGER NULL,
    "pause_after_batch" INTEGER NOT NULL,
    "max_failures" INTEGER NULL,
    "max_failure_percent" INTEGER NULL,
    "skip_done" INTEGER NOT NULL,
    "retry_of" TEXT NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT NULL,
    "total" INTEGER NOT NULL,
    "pending" INTEGER NOT NULL,
    "in_progress" INTEGER NOT NULL,
    "complete" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "skipped" INTEGER NOT NULL,
    "batch" INTEGER NOT NULL,
    "batch_left" INTEGER NOT NULL,
    "batch_started_time" INTEGER NULL,
    "resume_time" INTEGER NULL,
    "paused_time" INTEGER NULL,
    "paused_milliseconds" INTEGER NOT NULL,
    "creation_time" INTEGER NOT NULL,
    "created_by" TEXT NULL,
    "started_time" INTEGER NULL,
    "updated_time" INTEGER NULL,
    "ended_time" INTEGER NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "PK_rollouts" PRIMARY KEY ("project_id", "id")
);

CREATE INDEX "IX_deployment_events_project_id_deployment_id_sequence" ON "deployment_events" ("project_id", "deployment_id", "sequence") WHERE subject = 'rollout';

CREATE INDEX "IX_rollout_servers_rollout_number_outcome_position" ON "rollout_servers" ("rollout_number", "outcome", "position");

CREATE UNIQUE INDEX "IX_rollouts_number" ON "rollouts" ("number");

CREATE INDEX "IX_rollouts_project_id_number" ON "rollouts" ("project_id", "number");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126021025_Rollouts', '10.0.15');

ALTER TABLE "software_deployments" ADD "outputs_are_stale" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "deployment_runs" (
    "deployment_number" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "project_id" TEXT NOT NULL,
    "config_id" TEXT NOT NULL,
    "action" TEXT NULL,
    "input_values" TEXT NULL,
    "started_time" INTEGER NOT NULL,
    "started_by" TEXT NULL,
    "fetched_time" INTEGER NULL,
    "ended_time" INTEGER NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT NULL,
    "output_values" TEXT NULL,
    "rollout_id" TEXT NULL,
    CONSTRAINT "PK_deployment_runs" PRIMARY KEY ("deployment_number", "number")
);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126021152_DeploymentRuns', '10.0.15');

CREATE TABLE "project_quotas" (
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "most" INTEGER NOT NULL,
    CONSTRAINT "PK_project_quotas" PRIMARY KEY ("project_id", "name")
);

CREATE TABLE "webhook_deliveries" (
    "project_id" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "body" BLOB NOT NULL,
    "state" INTEGER NOT NULL,
    "redeliveries" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "event_time" INTEGER NOT NULL,
    "queued_time" INTEGER NOT NULL,
    "next_time" INTEGER NULL,
    "attempt_time" INTEGER NULL,
    "answer_status" INTEGER NULL,
    "duration_milliseconds" INTEGER NULL,
    "error" TEXT NULL,
    CONSTRAINT "PK_webhook_deliveries" PRIMARY KEY ("project_id", "webhook_id", "number")
);

CREATE TABLE "webhooks" (
    "project_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT NULL,
    "config_name" TEXT NULL,
    "server_id" TEXT NULL,
    "status" TEXT NULL,
    "enabled" INTEGER NOT NULL,
    "disabled_reason" TEXT NULL,
    "secret" BLOB NOT NULL,
    "previous_secret" BLOB NULL,
    "previous_until" INTEGER NULL,
    "creation_time" INTEGER NOT NULL,
    "updated_time" INTEGER NULL,
    "created_by" TEXT NULL,
    "position" INTEGER NOT NULL,
    "lease_owner" TEXT NULL,
    "lease_until" INTEGER NULL,
    "failing_since" INTEGER NULL,
    "last_time" INTEGER NULL,
    "last_status" INTEGER NULL,
    "last_error" TEXT NULL,
    CONSTRAINT "PK_webhooks" PRIMARY KEY ("project_id", "id")
);

CREATE INDEX "IX_deployment_events_project_id_sequence_subject" ON "deployment_events" ("project_id", "sequence") WHERE subject IS NOT NULL;

CREATE INDEX "IX_webhook_deliveries_pending" ON "webhook_deliveries" ("project_id", "webhook_id", "number") WHERE state = 0;

CREATE INDEX "IX_webhooks_project_id_creation_time_id" ON "webhooks" ("project_id", "creation_time", "id");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261126063533_WebhooksAndQuotas', '10.0.15');

