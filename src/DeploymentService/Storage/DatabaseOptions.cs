using DeploymentService.Settings;
using DeploymentService.Storage.Sqlite;

namespace DeploymentService.Storage;

/// <summary>Where the data is.</summary>
public sealed record DatabaseOptions
{
    /// <summary><c>Database:Provider</c>: the engine.</summary>
    public required DatabaseProvider Provider { get; init; }

    /// <summary><c>ConnectionStrings:Deployments</c>, for SQLite <c>Data Source=FILE</c>: <see cref="SqliteConnectionText"/>. A relative file is under the working directory.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>
    /// <c>Database:BusyTimeoutMilliseconds</c>: how long the service waits for another program that holds the database, a backup for
    /// example, before it answers 503; 0 to 60,000, default 5,000.
    /// </summary>
    public required TimeSpan BusyTimeout { get; init; }

    /// <summary>The file of <see cref="ConnectionString"/>, as an absolute path.</summary>
    public required string File { get; init; }

    /// <summary>The folder of the file; keys and the first token are kept beside it.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>Reads the section and reports what is wrong with it.</summary>
    public static DatabaseOptions Read(SettingsReader settings)
    {
        var provider = settings.Choice("Database:Provider", DatabaseProvider.Sqlite);
        const string key = "ConnectionStrings:Deployments";
        var connectionString = settings.Text(key, "Data Source=data/deployments.db");
        var file = SqliteConnectionText.FileOf(connectionString, key, settings);
        return new()
        {
            Provider = provider,
            ConnectionString = connectionString,
            BusyTimeout = TimeSpan.FromMilliseconds(settings.Number("Database:BusyTimeoutMilliseconds", 5000, 0, 60_000)),
            File = file,
        };
    }
}

/// <summary>The engines that the service can keep its data in.</summary>
public enum DatabaseProvider
{
    /// <summary>A file of this host.</summary>
    Sqlite,
}
