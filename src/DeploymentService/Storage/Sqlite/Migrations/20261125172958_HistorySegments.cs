using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class HistorySegments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // An index of this engine alone, which its code keeps: no entity has it. What is there already is one segment; the old index has it sorted.
            migrationBuilder.Sql("""
                CREATE TABLE deployment_event_segments (first_event INTEGER NOT NULL PRIMARY KEY, last_event INTEGER NOT NULL);
                CREATE TABLE deployment_event_index (segment INTEGER NOT NULL, deployment_number INTEGER NOT NULL, sequence INTEGER NOT NULL,
                    PRIMARY KEY (segment, deployment_number, sequence)) WITHOUT ROWID;
                INSERT INTO deployment_event_segments
                    SELECT min(sequence), max(sequence) FROM deployment_events HAVING count(*) > 0;
                INSERT INTO deployment_event_index
                    SELECT (SELECT min(sequence) FROM deployment_events), deployment_number, sequence FROM deployment_events ORDER BY deployment_number, sequence;
                """);

            migrationBuilder.DropIndex(
                name: "IX_deployment_events_deployment_number_sequence",
                table: "deployment_events");

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_deployment_number",
                table: "deployment_events",
                column: "deployment_number",
                filter: "kind = 'deleted'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE deployment_event_segments; DROP TABLE deployment_event_index;");

            migrationBuilder.DropIndex(
                name: "IX_deployment_events_deployment_number",
                table: "deployment_events");

            migrationBuilder.CreateIndex(
                name: "IX_deployment_events_deployment_number_sequence",
                table: "deployment_events",
                columns: new[] { "deployment_number", "sequence" });
        }
    }
}
