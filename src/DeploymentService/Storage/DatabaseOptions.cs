using DeploymentService.Settings;
using DeploymentService.Storage.Postgres;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Storage;

/// <summary>Where the data is.</summary>
public sealed record DatabaseOptions
{
    /// <summary><c>Database:Provider</c>: the engine.</summary>
    public required DatabaseProvider Provider { get; init; }

    /// <summary>
    /// <c>ConnectionStrings:Deployments</c>: for SQLite <c>Data Source=FILE</c> (<see cref="SqliteConnectionText"/>; a relative file is under the working directory), for
    /// PostgreSQL <c>Host=…;Database=…;Username=…</c> (<see cref="PostgresConnectionText"/>).
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>
    /// <c>Database:BusyTimeoutMilliseconds</c>: how long the service waits for another program that holds the database, a backup for
    /// example, before it answers 503; 0 to 60,000, default 5,000.
    /// </summary>
    public required TimeSpan BusyTimeout { get; init; }

    /// <summary>
    /// <c>Database:MinFreeBytes</c>: with how much less free on the disk of SQLite's file nothing new is made; below a quarter of it, reports are refused, too. 0 for no limit,
    /// default 256 MiB.
    /// </summary>
    public long MinFreeBytes { get; init; }

    /// <summary>The file of <see cref="ConnectionString"/>, as an absolute path; null where the data is not in a file of this host.</summary>
    public required string? File { get; init; }

    /// <summary>True for a command that only reads, beside a service that has the file.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The folder of the file, in which the first token is kept beside it; null without a file.</summary>
    public string? Folder => Path.GetDirectoryName(File);

    /// <summary>True where other processes may have the same database.</summary>
    public bool HasReplicas => Provider == DatabaseProvider.PostgreSql;

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static DatabaseOptions Read(SettingsReader settings)
    {
        var provider = settings.Choice("Database:Provider", DatabaseProvider.Sqlite);
        const string key = "ConnectionStrings:Deployments";
        var connectionString = settings.Text(key, provider == DatabaseProvider.Sqlite ? "Data Source=data/deployments.db" : "");
        var file = FileOf(provider, connectionString, key, settings);
        return new()
        {
            Provider = provider,
            ConnectionString = connectionString,
            BusyTimeout = TimeSpan.FromMilliseconds(settings.Number("Database:BusyTimeoutMilliseconds", 5000, 0, 60_000)),
            MinFreeBytes = settings.Number("Database:MinFreeBytes", 256 << 20, 0, int.MaxValue),
            File = file,
        };
    }

    /// <summary>The engine that a connection string is for, as far as can be told.</summary>
    public static DatabaseProvider ProviderOf(string connectionString) =>
        connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase) || connectionString.Contains("Server=", StringComparison.OrdinalIgnoreCase)
            ? DatabaseProvider.PostgreSql
            : DatabaseProvider.Sqlite;

    private static string? FileOf(DatabaseProvider provider, string connectionString, string key, SettingsReader settings)
    {
        var namesServer = ProviderOf(connectionString) == DatabaseProvider.PostgreSql;
        switch (provider)
        {
            case DatabaseProvider.Sqlite when namesServer:
                settings.AddError(key, "names a server, and Database:Provider is Sqlite", "set Database:Provider to PostgreSql, or use `Data Source=FILE`");
                return "";
            case DatabaseProvider.Sqlite:
                return SqliteConnectionText.FileOf(connectionString, key, settings);
            case DatabaseProvider.PostgreSql when connectionString.Length == 0:
                settings.AddError(key, "is missing, and Database:Provider is PostgreSql", $"use `{PostgresConnectionText.Example}`");
                return null;
            case DatabaseProvider.PostgreSql when !namesServer && connectionString.Contains("Data Source=", StringComparison.OrdinalIgnoreCase):
                settings.AddError(key, "names a file, and Database:Provider is PostgreSql", $"use `{PostgresConnectionText.Example}`, or set Database:Provider to Sqlite");
                return null;
            default:
                PostgresConnectionText.Check(connectionString, key, settings);
                return null;
        }
    }
}

/// <summary>The engines that the service can keep its data in.</summary>
public enum DatabaseProvider
{
    /// <summary>A file of this host.</summary>
    Sqlite,

    /// <summary>A server, which several replicas of the service may share.</summary>
    PostgreSql,
}
