using DeploymentService.Storage.Postgres;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Tests.Storage;

/// <summary>A new database is made from a script; it must be what the migrations would have made.</summary>
public sealed class NewDatabaseScriptTests
{
    private static readonly string Approved = SourceTree.At("src", "DeploymentService", "Storage", "Sqlite", "new-database.sql");

    [Fact]
    public void The_script_is_what_the_migrations_do()
    {
        using var context = new SqliteDesignTimeFactory().CreateDbContext([]);
        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.NoTransactions).ReplaceLineEndings("\n");

        if (script != File.ReadAllText(Approved))
        {
            var received = Path.ChangeExtension(Approved, ".received.sql");
            File.WriteAllText(received, script);
            Assert.Fail($"The migrations do something else than the script. If they are right: mv {received} {Approved}");
        }
    }

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var context = new SqliteDesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public void Neither_has_the_one_of_PostgreSQL()
    {
        using var context = new PostgresDesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }
}
