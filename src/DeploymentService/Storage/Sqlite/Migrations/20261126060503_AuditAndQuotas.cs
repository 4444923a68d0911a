using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuditAndQuotas : Migration
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

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_project_id_sequence_subject",
                table: "deployment_events",
                columns: new[] { "project_id", "sequence" },
                filter: "subject IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "project_quotas");

            migrationBuilder.DropIndex(
                name: "IX_deployment_events_project_id_sequence_subject",
                table: "deployment_events");
        }
    }
}
