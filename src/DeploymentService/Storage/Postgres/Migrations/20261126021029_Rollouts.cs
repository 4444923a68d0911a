using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Rollouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "status_to",
                table: "deployment_events",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(16)",
                oldMaxLength: 16,
                oldNullable: true,
                oldCollation: "C");

            migrationBuilder.AlterColumn<string>(
                name: "status_from",
                table: "deployment_events",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(16)",
                oldMaxLength: 16,
                oldNullable: true,
                oldCollation: "C");

            migrationBuilder.CreateTable(
                name: "rollout_deployments",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    deployment_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollout_deployments", x => new { x.project_id, x.name, x.server_id });
                });

            migrationBuilder.CreateTable(
                name: "rollout_servers",
                columns: table => new
                {
                    rollout_number = table.Column<long>(type: "bigint", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    outcome = table.Column<int>(type: "integer", nullable: false),
                    batch = table.Column<long>(type: "bigint", nullable: true),
                    deployment_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true, collation: "C"),
                    execution = table.Column<long>(type: "bigint", nullable: true),
                    started_time = table.Column<long>(type: "bigint", nullable: true),
                    ended_time = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollout_servers", x => new { x.rollout_number, x.position });
                });

            migrationBuilder.CreateTable(
                name: "rollouts",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    config_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    action = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    input_values = table.Column<string>(type: "text", nullable: true),
                    timeout = table.Column<long>(type: "bigint", nullable: true),
                    batch_sizes = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    pause_seconds = table.Column<long>(type: "bigint", nullable: true),
                    pause_after_batch = table.Column<bool>(type: "boolean", nullable: false),
                    max_failures = table.Column<long>(type: "bigint", nullable: true),
                    max_failure_percent = table.Column<long>(type: "bigint", nullable: true),
                    skip_done = table.Column<bool>(type: "boolean", nullable: false),
                    retry_of = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true, collation: "C"),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    status_reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    total = table.Column<long>(type: "bigint", nullable: false),
                    pending = table.Column<long>(type: "bigint", nullable: false),
                    in_progress = table.Column<long>(type: "bigint", nullable: false),
                    complete = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    skipped = table.Column<long>(type: "bigint", nullable: false),
                    batch = table.Column<long>(type: "bigint", nullable: false),
                    batch_left = table.Column<long>(type: "bigint", nullable: false),
                    batch_started_time = table.Column<long>(type: "bigint", nullable: true),
                    resume_time = table.Column<long>(type: "bigint", nullable: true),
                    paused_time = table.Column<long>(type: "bigint", nullable: true),
                    paused_milliseconds = table.Column<long>(type: "bigint", nullable: false),
                    creation_time = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    started_time = table.Column<long>(type: "bigint", nullable: true),
                    updated_time = table.Column<long>(type: "bigint", nullable: true),
                    ended_time = table.Column<long>(type: "bigint", nullable: true),
                    revision = table.Column<long>(type: "bigint", nullable: false)
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

            migrationBuilder.AlterColumn<string>(
                name: "status_to",
                table: "deployment_events",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(32)",
                oldMaxLength: 32,
                oldNullable: true,
                oldCollation: "C");

            migrationBuilder.AlterColumn<string>(
                name: "status_from",
                table: "deployment_events",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(32)",
                oldMaxLength: 32,
                oldNullable: true,
                oldCollation: "C");
        }
    }
}
