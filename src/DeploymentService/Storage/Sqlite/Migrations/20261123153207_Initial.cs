using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_tokens",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    secret_hash = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false),
                    expiry_time = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_tokens", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "software_configs",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    group = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    config = table.Column<string>(type: "TEXT", nullable: false),
                    inputs = table.Column<string>(type: "TEXT", nullable: false),
                    outputs = table.Column<string>(type: "TEXT", nullable: false),
                    options = table.Column<string>(type: "TEXT", nullable: false),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_software_configs", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "software_deployments",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    server_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    config_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    action = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    status_reason = table.Column<string>(type: "TEXT", nullable: true),
                    input_values = table.Column<string>(type: "TEXT", nullable: true),
                    output_values = table.Column<string>(type: "TEXT", nullable: true),
                    stack_user_project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    creation_time = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_software_deployments", x => new { x.project_id, x.id });
                    table.ForeignKey(
                        name: "FK_software_deployments_software_configs_project_id_config_id",
                        columns: x => new { x.project_id, x.config_id },
                        principalTable: "software_configs",
                        principalColumns: new[] { "project_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_access_tokens_secret_hash",
                table: "access_tokens",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_software_configs_project_id_sequence",
                table: "software_configs",
                columns: new[] { "project_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_software_configs_sequence",
                table: "software_configs",
                column: "sequence",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_software_deployments_project_id_config_id",
                table: "software_deployments",
                columns: new[] { "project_id", "config_id" });

            migrationBuilder.CreateIndex(
                name: "IX_software_deployments_project_id_sequence",
                table: "software_deployments",
                columns: new[] { "project_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_software_deployments_project_id_server_id_sequence",
                table: "software_deployments",
                columns: new[] { "project_id", "server_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_software_deployments_sequence",
                table: "software_deployments",
                column: "sequence",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_tokens");

            migrationBuilder.DropTable(
                name: "software_deployments");

            migrationBuilder.DropTable(
                name: "software_configs");
        }
    }
}
