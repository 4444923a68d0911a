using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using DeploymentService.Settings;
using DeploymentService.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DeploymentService.Tests.Support;

/// <summary>
/// The database of an application, on whichever engine the tests run: what the application is told of it, and what a test does to it past the service. Each folder
/// has one of its own: on SQLite it is a file in the folder, on PostgreSQL a database of the tests' server.
/// </summary>
public sealed class TestDatabase
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> OnServer = new();

    private readonly Func<DbConnection> _connect;
    private readonly string _hold;

    private TestDatabase(Dictionary<string, string> settings, Func<DbConnection> connect, string hold)
    {
        Settings = settings;
        _connect = connect;
        _hold = hold;
    }

    /// <summary>What the application is told of it.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The same as a command line.</summary>
    public string[] Arguments => [.. Settings.Select(setting => $"--{setting.Key}={setting.Value}")];

    /// <summary>The database of a folder. A new one on PostgreSQL has the service's tables.</summary>
    public static TestDatabase In(string folder)
    {
        if (!TestEngine.IsPostgres)
        {
            var source = $"Data Source={Path.Combine(folder, "deployments.db")}";
            return new(new() { ["ConnectionStrings:Deployments"] = source }, () => new SqliteConnection(source + ";Pooling=false"), "BEGIN IMMEDIATE");
        }

        var connection = PostgresServer.Shared.ConnectionString(OnServer.GetOrAdd(Path.GetFullPath(folder), path => new(() => Create(path))).Value);
        return new(PostgresSettings(connection), () => new NpgsqlConnection(connection + ";Pooling=false"), "BEGIN; SELECT * FROM commit_lock FOR UPDATE");
    }

    /// <summary>Drops the databases of a folder and of those below it, before its files are deleted.</summary>
    public static void Drop(string folder)
    {
        foreach (var path in OnServer.Keys.Where(path => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            if (OnServer.TryRemove(path, out var name))
            {
                PostgresServer.Shared.Drop(name.Value);
            }
        }
    }

    /// <summary>Settings of an application on PostgreSQL.</summary>
    internal static Dictionary<string, string> PostgresSettings(string connectionString) =>
        new() { ["Database:Provider"] = "PostgreSql", ["ConnectionStrings:Deployments"] = connectionString };

    /// <summary>The options that an application reads from its settings.</summary>
    internal static DatabaseOptions OptionsOf(IReadOnlyDictionary<string, string> settings) =>
        DatabaseOptions.Read(new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(settings!).Build()));

    /// <summary>Runs statements; how many rows were changed. Parameters are <c>@name</c>.</summary>
    public int Execute(string sql, params (string Name, object Value)[] parameters) => Command(sql, parameters, command => command.ExecuteNonQuery());

    /// <summary>A whole number that a query finds.</summary>
    public long Number(string sql, params (string Name, object Value)[] parameters) =>
        Query(sql, row => row.GetInt64(0), parameters).Single();

    /// <summary>The rows of a query.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] parameters) => Command(sql, parameters, command =>
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    });

    /// <summary>Holds the database against everybody who would write, as another program may, until it is disposed of.</summary>
    public IDisposable Hold()
    {
        var connection = Open();
        Run(connection, _hold, [], command => command.ExecuteNonQuery());
        return connection;
    }

    // PostgreSQL's names are shorter than paths.
    private static string Create(string folder)
    {
        var name = "d" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        PostgresServer.Shared.Create(name);
        return name;
    }

    private DbConnection Open()
    {
        var connection = _connect();
        connection.Open();
        return connection;
    }

    private T Command<T>(string sql, (string Name, object Value)[] parameters, Func<DbCommand, T> run)
    {
        using var connection = Open();
        return Run(connection, sql, parameters, run);
    }

    private static T Run<T>(DbConnection connection, string sql, (string Name, object Value)[] parameters, Func<DbCommand, T> run)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return run(command);
    }
}
