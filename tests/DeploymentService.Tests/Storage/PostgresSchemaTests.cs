using DeploymentService.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace DeploymentService.Tests.Storage;

/// <summary>The tables of PostgreSQL.</summary>
public sealed class PostgresSchemaTests
{
    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var context = new PostgresDesignTimeFactory().CreateDbContext([]);

        Assert.False(context.Database.HasPendingModelChanges());
    }
}
