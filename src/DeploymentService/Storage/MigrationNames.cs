using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Storage;

/// <summary>The migrations of this program, read off their classes without building EF Core's model.</summary>
public static class MigrationNames
{
    /// <summary>Those of an engine's context, oldest first.</summary>
    public static IReadOnlyList<string> Of<TContext>()
        where TContext : DbContext =>
    [
        .. typeof(TContext).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration)) && type.GetCustomAttribute<DbContextAttribute>()!.ContextType == typeof(TContext))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id)
            .Order(StringComparer.Ordinal),
    ];
}
