using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Storage.Sqlite.Migrations
{
    /// <summary>
    /// Gives the token of the setting the id by which it is known. Until now it was known by its project and name; where others have them too it is the oldest,
    /// because a start with the setting revoked all others. No table changes.
    /// </summary>
    [DbContext(typeof(SqliteDeploymentDbContext))]
    [Migration("20261124060000_BootstrapToken")]
    public partial class BootstrapTokenId : Migration
    {
        private const string Id = "b0075742-0000-4000-8000-000000000001";

        private const string Old =
            "SELECT id FROM access_tokens WHERE project_id = 'admin' AND name = 'bootstrap' AND role = 3 AND parent_id IS NULL AND expiry_time IS NULL "
            + "ORDER BY creation_time LIMIT 1";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"UPDATE access_tokens SET parent_id = '{Id}' WHERE parent_id = ({Old});");
            migrationBuilder.Sql($"UPDATE access_tokens SET id = '{Id}' WHERE project_id = 'admin' AND id = ({Old});");
        }
    }
}
