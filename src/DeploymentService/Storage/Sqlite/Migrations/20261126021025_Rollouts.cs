using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Rollouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "rollout_deployments",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    deployment_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollout_deployments", x => new { x.project_id, x.name, x.server_id });
                });

            migrationBuilder.CreateTable(
                name: "rollout_servers",
                columns: table => new
                {
                    rollout_number = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    batch = table.Column<long>(type: "INTEGER", nullable: true),
                    deployment_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true),
                    execution = table.Column<long>(type: "INTEGER", nullable: true),
                    started_time = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_time = table.Column<long>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollout_servers", x => new { x.rollout_number, x.position });
                });

            migrationBuilder.CreateTable(
                name: "rollouts",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    config_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    input_values = table.Column<string>(type: "TEXT", nullable: true),
                    timeout = table.Column<long>(type: "INTEGER", nullable: true),
                    batch_sizes = table.Column<string>(type: "TEXT", nullable: true),
                    pause_seconds = table.Column<long>(type: "INTEGER", nullable: true),
                    pause_after_batch = table.Column<bool>(type: "INTEGER", nullable: false),
                    max_failures = table.Column<long>(type: "INTEGER", nullable: true),
                    max_failure_percent = table.Column<long>(type: "INTEGER", nullable: true),
                    skip_done = table.Column<bool>(type: "INTEGER", nullable: false),
                    retry_of = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    status_reason = table.Column<string>(type: "TEXT", nullable: true),
                    total = table.Column<long>(type: "INTEGER", nullable: false),
                    pending = table.Column<long>(type: "INTEGER", nullable: false),
                    in_progress = table.Column<long>(type: "INTEGER", nullable: false),
                    complete = table.Column<long>(type: "INTEGER", nullable: false),
                    failed = table.Column<long>(type: "INTEGER", nullable: false),
                    skipped = table.Column<long>(type: "INTEGER", nullable: false),
                    batch = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_left = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_started_time = table.Column<long>(type: "INTEGER", nullable: true),
                    resume_time = table.Column<long>(type: "INTEGER", nullable: true),
                    paused_time = table.Column<long>(type: "INTEGER", nullable: true),
                    paused_milliseconds = table.Column<long>(type: "INTEGER", nullable: false),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    started_time = table.Column<long>(type: "INTEGER", nullable: true),
                    updated_time = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_time = table.Column<long>(type: "INTEGER", nullable: true),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollouts", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_project_id_deployment_id_sequence",
                table: "deployment_events",
                columns: new[] { "project_id", "deployment_id", "sequence" },
                filter: "subject = 'rollout'");

            migrationBuilder.CreateIndex(
                name: "IX_rollout_servers_rollout_number_outcome_position",
                table: "rollout_servers",
                columns: new[] { "rollout_number", "outcome", "position" });

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_number",
                table: "rollouts",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_rollouts_project_id_number",
                table: "rollouts",
                columns: new[] { "project_id", "number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rollout_deployments");

            migrationBuilder.DropTable(
                name: "rollout_servers");

            migrationBuilder.DropTable(
                name: "rollouts");

            migrationBuilder.DropIndex(
                name: "IX_deployment_events_project_id_deployment_id_sequence",
                table: "deployment_events");
        }
    }
}
