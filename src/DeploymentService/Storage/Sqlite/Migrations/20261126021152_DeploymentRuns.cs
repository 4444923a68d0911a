using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DeploymentRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "outputs_are_stale",
                table: "software_deployments",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "deployment_runs",
                columns: table => new
                {
                    deployment_number = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    config_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    input_values = table.Column<string>(type: "TEXT", nullable: true),
                    started_time = table.Column<long>(type: "INTEGER", nullable: false),
                    started_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    fetched_time = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_time = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    status_reason = table.Column<string>(type: "TEXT", nullable: true),
                    output_values = table.Column<string>(type: "TEXT", nullable: true),
                    rollout_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployment_runs", x => new { x.deployment_number, x.number });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deployment_runs");

            migrationBuilder.DropColumn(
                name: "outputs_are_stale",
                table: "software_deployments");
        }
    }
}
