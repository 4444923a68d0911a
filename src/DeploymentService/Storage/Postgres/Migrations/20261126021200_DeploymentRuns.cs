using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Postgres.Migrations
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
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "deployment_runs",
                columns: table => new
                {
                    deployment_number = table.Column<long>(type: "bigint", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    config_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    action = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    input_values = table.Column<string>(type: "text", nullable: true),
                    started_time = table.Column<long>(type: "bigint", nullable: false),
                    started_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    fetched_time = table.Column<long>(type: "bigint", nullable: true),
                    ended_time = table.Column<long>(type: "bigint", nullable: true),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    status_reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    output_values = table.Column<string>(type: "text", nullable: true),
                    rollout_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true, collation: "C")
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
