using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
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
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    most = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_project_quotas", x => new { x.project_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    webhook_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    redeliveries = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<long>(type: "INTEGER", nullable: false),
                    event_time = table.Column<long>(type: "INTEGER", nullable: false),
                    queued_time = table.Column<long>(type: "INTEGER", nullable: false),
                    next_time = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt_time = table.Column<long>(type: "INTEGER", nullable: true),
                    answer_status = table.Column<long>(type: "INTEGER", nullable: true),
                    duration_milliseconds = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => new { x.project_id, x.webhook_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    events = table.Column<string>(type: "TEXT", nullable: true),
                    config_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    disabled_reason = table.Column<string>(type: "TEXT", nullable: true),
                    secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    previous_secret = table.Column<byte[]>(type: "BLOB", nullable: true),
                    previous_until = table.Column<long>(type: "INTEGER", nullable: true),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_time = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    last_time = table.Column<long>(type: "INTEGER", nullable: true),
                    last_status = table.Column<long>(type: "INTEGER", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", nullable: true)
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
