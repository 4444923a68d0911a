using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Events : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "deadline",
                table: "software_deployments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "fetched_time",
                table: "software_deployments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "lateness",
                table: "software_deployments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "software_deployments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<long>(
                name: "timeout",
                table: "software_deployments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "deployment_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    deployment_number = table.Column<long>(type: "INTEGER", nullable: false),
                    deployment_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    execution = table.Column<long>(type: "INTEGER", nullable: false),
                    status_from = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    status_to = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    repeated = table.Column<bool>(type: "INTEGER", nullable: false),
                    actor_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    actor_role = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    request_id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployment_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    operation = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    body_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    resource_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_keys", x => new { x.project_id, x.operation, x.key });
                });

            migrationBuilder.CreateTable(
                name: "servers",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    last_fetch_time = table.Column<long>(type: "INTEGER", nullable: true),
                    last_report_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_servers", x => new { x.project_id, x.server_id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_software_deployments_deadline",
                table: "software_deployments",
                column: "deadline",
                filter: "deadline IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_deployment_number_sequence",
                table: "deployment_events",
                columns: new[] { "deployment_number", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_project_id_deployment_id",
                table: "deployment_events",
                columns: new[] { "project_id", "deployment_id" },
                filter: "kind = 'deleted'");

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_project_id_sequence",
                table: "deployment_events",
                columns: new[] { "project_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_keys_creation_time",
                table: "idempotency_keys",
                column: "creation_time");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deployment_events");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "servers");

            migrationBuilder.DropIndex(
                name: "IX_software_deployments_deadline",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "deadline",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "fetched_time",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "lateness",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "timeout",
                table: "software_deployments");
        }
    }
}
