using DeploymentService.Deployments;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Benchmarks.Hosts;

/// <summary>The hosts that are compared. All but those of a context a request are the service itself, with tokens, validation and the log on.</summary>
public static class HostVariants
{
    /// <summary>The service.</summary>
    public const string Service = "service";

    /// <summary>The service with the limits that it has by itself.</summary>
    public const string AsSet = "as-set";

    /// <summary>The service with a store that keeps nothing: what the HTTP side alone can do, the limit.</summary>
    public const string NoDatabase = "no-database";

    /// <summary>A context a request and SaveChanges, default journal: what is written first.</summary>
    public const string PerRequest = "per-request";

    /// <summary>The same with the journal in WAL mode.</summary>
    public const string PerRequestWal = "per-request-wal";

    /// <summary>The service on PostgreSQL.</summary>
    public const string Postgres = "postgres";

    /// <summary>Two replicas of it on one database; each gets half of the clients.</summary>
    public const string PostgresTwice = "postgres-two-replicas";

    /// <summary>A context a request and SaveChanges, on PostgreSQL.</summary>
    public const string PerRequestPostgres = "postgres-per-request";

    /// <summary>The variants that need a server.</summary>
    public static IReadOnlyList<string> OfPostgres { get; } = [Postgres, PostgresTwice, PerRequestPostgres];

    /// <summary>The limits of callers are in force, as everywhere, and higher than the one token of a benchmark gets.</summary>
    public static IReadOnlyList<string> Limits { get; } = ["--Limits:RequestsPerSecond", "1000000", "--Limits:HeavyReads", "1000"];

    /// <summary>Serves one of them until it is stopped.</summary>
    public static async Task<int> ServeAsync(string variant, string[] args)
    {
        string[] limited = [.. args, .. Limits];
        await using var app = variant switch
        {
            Service or Postgres or PostgresTwice => DeploymentService.Program.Build(limited),
            AsSet => DeploymentService.Program.Build(args),
            NoDatabase => DeploymentService.Program.Build(limited, services => services.Replace(ServiceDescriptor.Singleton<IDeploymentStore, StoreWithoutDatabase>())),
            PerRequest => PerRequestHost.Build(args, "DELETE"),
            PerRequestWal => PerRequestHost.Build(args, "WAL"),
            PerRequestPostgres => PerRequestHost.Build(args, journal: null),
            _ => throw new ArgumentException($"There is no variant {variant}."),
        };
        await app.RunAsync();
        return 0;
    }
}
