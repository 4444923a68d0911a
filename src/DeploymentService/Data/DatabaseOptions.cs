using DeploymentService.Settings;

namespace DeploymentService.Data;

/// <summary>Where the data is.</summary>
public sealed record DatabaseOptions
{
    /// <summary><c>Database:Provider</c>: the engine.</summary>
    public required DatabaseProvider Provider { get; init; }

    /// <summary><c>ConnectionStrings:Deployments</c>, for SQLite <c>Data Source=FILE</c>. A relative file is under the working directory.</summary>
    public required string ConnectionString { get; init; }

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
        var file = "";
        try
        {
            file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connectionString).DataSource;
            if (file.Length == 0 || file.StartsWith(":memory:", StringComparison.Ordinal) || file.StartsWith("file:", StringComparison.Ordinal))
            {
                settings.Refuse(key, "names no file", "use `Data Source=FILE`; the data must survive a restart");
            }
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            settings.Refuse(key, "is not a connection string of SQLite", "use `Data Source=FILE`");
        }

        return new() { Provider = provider, ConnectionString = connectionString, File = file.Length == 0 ? "" : Path.GetFullPath(file) };
    }
}

/// <summary>The engines that the service can keep its data in.</summary>
public enum DatabaseProvider
{
    /// <summary>A file of this host.</summary>
    Sqlite,
}
