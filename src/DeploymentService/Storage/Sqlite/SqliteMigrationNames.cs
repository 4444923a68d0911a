using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Storage.Sqlite;

/// <summary>The migrations of this program, read off their classes without building EF Core's model.</summary>
public static class SqliteMigrationNames
{
    /// <summary>All of them, oldest first.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(SqliteMigrationNames).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration)))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id)
            .Order(StringComparer.Ordinal),
    ];
}
