using DeploymentService.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The model on SQLite; its migrations are in this folder.</summary>
public sealed class SqliteDeploymentDbContext(DbContextOptions<SqliteDeploymentDbContext> options) : DeploymentDbContext(options);

/// <summary>For <c>dotnet ef migrations add NAME --project src/DeploymentService --output-dir Storage/Sqlite/Migrations</c>.</summary>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteDeploymentDbContext>
{
    /// <inheritdoc />
    public SqliteDeploymentDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDeploymentDbContext>().UseSqlite("Data Source=:memory:").Options);
}
