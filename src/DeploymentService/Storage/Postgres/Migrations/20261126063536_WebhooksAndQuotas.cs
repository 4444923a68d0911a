using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class WebhooksAndQuotas : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "project_quotas",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    most = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_project_quotas", x => new { x.project_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    webhook_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    subject_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    redeliveries = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<long>(type: "bigint", nullable: false),
                    event_time = table.Column<long>(type: "bigint", nullable: false),
                    queued_time = table.Column<long>(type: "bigint", nullable: false),
                    next_time = table.Column<long>(type: "bigint", nullable: true),
                    attempt_time = table.Column<long>(type: "bigint", nullable: true),
                    answer_status = table.Column<long>(type: "bigint", nullable: true),
                    duration_milliseconds = table.Column<long>(type: "bigint", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => new { x.project_id, x.webhook_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    url = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false, collation: "C"),
                    events = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    config_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true, collation: "C"),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    disabled_reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    previous_secret = table.Column<byte[]>(type: "bytea", nullable: true),
                    previous_until = table.Column<long>(type: "bigint", nullable: true),
                    creation_time = table.Column<long>(type: "bigint", nullable: false),
                    updated_time = table.Column<long>(type: "bigint", nullable: true),
                    created_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    lease_owner = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true, collation: "C"),
                    lease_until = table.Column<long>(type: "bigint", nullable: true),
                    failing_since = table.Column<long>(type: "bigint", nullable: true),
                    last_time = table.Column<long>(type: "bigint", nullable: true),
                    last_status = table.Column<long>(type: "bigint", nullable: true),
                    last_error = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhooks", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_project_id_sequence_subject",
                table: "deployment_events",
                columns: new[] { "project_id", "sequence" },
                filter: "subject IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_pending",
                table: "webhook_deliveries",
                columns: new[] { "project_id", "webhook_id", "number" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "IX_webhooks_project_id_creation_time_id",
                table: "webhooks",
                columns: new[] { "project_id", "creation_time", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "project_quotas");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhooks");

            migrationBuilder.DropIndex(
                name: "IX_deployment_events_project_id_sequence_subject",
                table: "deployment_events");
        }
    }
}
