using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ExecutionTimes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ended_time",
                table: "software_deployments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "rollout_id",
                table: "software_deployments",
                type: "TEXT",
                maxLength: 36,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "started_by",
                table: "software_deployments",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "started_time",
                table: "software_deployments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Nobody knows better of what was there before.
            migrationBuilder.Sql(
                """
                UPDATE software_deployments SET started_time = CASE WHEN execution = 1 THEN creation_time ELSE coalesce(updated_time, creation_time) END,
                ended_time = CASE WHEN status <> 'IN_PROGRESS' THEN coalesce(updated_time, creation_time) END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ended_time",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "rollout_id",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "started_by",
                table: "software_deployments");

            migrationBuilder.DropColumn(
                name: "started_time",
                table: "software_deployments");
        }
    }
}
