using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Postgres.Migrations
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
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    parent_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true, collation: "C"),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    role = table.Column<int>(type: "integer", nullable: false),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    secret_hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    creation_time = table.Column<long>(type: "bigint", nullable: false),
                    expiry_time = table.Column<long>(type: "bigint", nullable: true),
                    last_used_time = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_tokens", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "agent_urls",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    generation = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agent_urls", x => new { x.project_id, x.server_id });
                });

            migrationBuilder.CreateTable(
                name: "commit_lock",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_commit_lock", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deployment_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    subject = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true, collation: "C"),
                    deployment_number = table.Column<long>(type: "bigint", nullable: false),
                    deployment_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    time = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    execution = table.Column<long>(type: "bigint", nullable: false),
                    status_from = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true, collation: "C"),
                    status_to = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true, collation: "C"),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    repeated = table.Column<bool>(type: "boolean", nullable: false),
                    is_report = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    actor_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    actor_role = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    request_id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployment_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    operation = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    body_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    resource_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    creation_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_keys", x => new { x.project_id, x.operation, x.key });
                });

            migrationBuilder.CreateTable(
                name: "servers",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    last_fetch_time = table.Column<long>(type: "bigint", nullable: true),
                    last_report_time = table.Column<long>(type: "bigint", nullable: true),
                    removed_after = table.Column<long>(type: "bigint", nullable: true),
                    written_time = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_servers", x => new { x.project_id, x.server_id });
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 60);

            migrationBuilder.CreateTable(
                name: "signing_keys",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    creation_time = table.Column<long>(type: "bigint", nullable: false),
                    until_time = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_signing_keys", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "software_configs",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    group = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    config = table.Column<string>(type: "text", nullable: false),
                    inputs = table.Column<string>(type: "text", nullable: false),
                    outputs = table.Column<string>(type: "text", nullable: false),
                    options = table.Column<string>(type: "text", nullable: false),
                    creation_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_software_configs", x => new { x.project_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "writer_batches",
                columns: table => new
                {
                    writer_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_writer_batches", x => x.writer_id);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 60);

            migrationBuilder.CreateTable(
                name: "software_deployments",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    server_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    config_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    action = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    status_reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    input_values = table.Column<string>(type: "text", nullable: true),
                    output_values = table.Column<string>(type: "text", nullable: true),
                    stack_user_project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    creation_time = table.Column<long>(type: "bigint", nullable: false),
                    updated_time = table.Column<long>(type: "bigint", nullable: true),
                    execution = table.Column<long>(type: "bigint", nullable: false, defaultValue: 1L),
                    execution_is_stale = table.Column<bool>(type: "boolean", nullable: false),
                    execution_is_on_server = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    revision = table.Column<long>(type: "bigint", nullable: false, defaultValue: 1L),
                    timeout = table.Column<long>(type: "bigint", nullable: true),
                    deadline = table.Column<long>(type: "bigint", nullable: true),
                    lateness = table.Column<int>(type: "integer", nullable: false),
                    fetched_time = table.Column<long>(type: "bigint", nullable: true)
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
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 80);

            migrationBuilder.CreateTable(
                name: "execution_snapshots",
                columns: table => new
                {
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    deployment_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    config_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false, collation: "C"),
                    action = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    input_values = table.Column<string>(type: "text", nullable: true)
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
                        name: "FK_execution_snapshots_software_deployments_project_id_deploym~",
                        columns: x => new { x.project_id, x.deployment_id },
                        principalTable: "software_deployments",
                        principalColumns: new[] { "project_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "commit_lock",
                column: "id",
                value: 1);

            migrationBuilder.CreateIndex(
                name: "IX_access_tokens_parent_id_creation_time",
                table: "access_tokens",
                columns: new[] { "parent_id", "creation_time" });

            migrationBuilder.CreateIndex(
                name: "IX_access_tokens_secret_hash",
                table: "access_tokens",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_deployment_number",
                table: "deployment_events",
                column: "deployment_number",
                filter: "kind = 'deleted'");

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
                name: "IX_execution_snapshots_project_id_config_id",
                table: "execution_snapshots",
                columns: new[] { "project_id", "config_id" });

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_keys_creation_time",
                table: "idempotency_keys",
                column: "creation_time");

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
                name: "IX_software_deployments_deadline",
                table: "software_deployments",
                column: "deadline",
                filter: "deadline IS NOT NULL");

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
                name: "agent_urls");

            migrationBuilder.DropTable(
                name: "commit_lock");

            migrationBuilder.DropTable(
                name: "deployment_events");

            migrationBuilder.DropTable(
                name: "execution_snapshots");

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropTable(
                name: "servers");

            migrationBuilder.DropTable(
                name: "signing_keys");

            migrationBuilder.DropTable(
                name: "writer_batches");

            migrationBuilder.DropTable(
                name: "software_deployments");

            migrationBuilder.DropTable(
                name: "software_configs");
        }
    }
}
