using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ExecutionSnapshots : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "execution_is_on_server",
                table: "software_deployments",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.CreateTable(
                name: "execution_snapshots",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    deployment_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    config_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    input_values = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_execution_snapshots", x => new { x.project_id, x.deployment_id });
                    table.ForeignKey(
                        name: "FK_execution_snapshots_software_configs_project_id_config_id",
                        columns: x => new { x.project_id, x.config_id },
                        principalTable: "software_configs",
                        principalColumns: new[] { "project_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_execution_snapshots_software_deployments_project_id_deployment_id",
                        columns: x => new { x.project_id, x.deployment_id },
                        principalTable: "software_deployments",
                        principalColumns: new[] { "project_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_execution_snapshots_project_id_config_id",
                table: "execution_snapshots",
                columns: new[] { "project_id", "config_id" });

            // What agents got under the id of an execution until now is what it keeps.
            migrationBuilder.Sql(
                """
                INSERT INTO execution_snapshots (project_id, deployment_id, config_id, action, input_values)
                SELECT project_id, id, config_id, action, input_values FROM software_deployments WHERE execution_is_stale;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "execution_snapshots");

            migrationBuilder.DropColumn(
                name: "execution_is_on_server",
                table: "software_deployments");
        }
    }
}
