using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ServerWrittenTimes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "written_time",
                table: "servers",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "written_time",
                table: "servers");
        }
    }
}
