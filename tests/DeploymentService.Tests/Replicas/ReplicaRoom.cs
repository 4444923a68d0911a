using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DeploymentService.Tests.Replicas;

/// <summary>A test of several replicas on one database of PostgreSQL, whichever engine the other tests run on.</summary>
public sealed class ReplicaFactAttribute : FactAttribute
{
    public ReplicaFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>Replicas on one database of PostgreSQL, and a project that is asked on each of them.</summary>
public sealed class ReplicaRoom : IAsyncDisposable
{
    private readonly string _database = "r" + Guid.NewGuid().ToString("N");
    private readonly string _projectId = Guid.NewGuid().ToString("N");
    private readonly List<Project> _projects = [];
    private readonly FakeTimeProvider? _time;
    private readonly Dictionary<string, string>? _settings;

    /// <summary>Starts replicas, one after the other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="time">The clock of all of them; null for that of the machine.</param>
    /// <param name="settings">What differs from the settings of the tests.</param>
    public ReplicaRoom(int count, FakeTimeProvider? time = null, Dictionary<string, string>? settings = null)
    {
        (_time, _settings) = (time, settings);
        PostgresServer.Shared.Create(_database);
        for (var replica = 0; replica < count; replica++)
        {
            Start();
        }
    }

    /// <summary>The project as each replica shows it.</summary>
    public IReadOnlyList<Project> Projects => _projects;

    /// <summary>As one replica shows it.</summary>
    public Project this[int replica] => Projects[replica % Projects.Count];

    /// <summary>Starts one more replica; the project as it shows it.</summary>
    public Project Start()
    {
        var app = New(_time, _settings);
        app.StartServer();
        _projects.Add(new(app, _projectId));
        return _projects[^1];
    }

    /// <summary>Stops a replica; the others go on.</summary>
    public async Task StopAsync(int replica)
    {
        var stopped = _projects[replica];
        _projects.RemoveAt(replica);
        await stopped.App.DisposeAsync();
    }

    /// <summary>A number that a query finds in the database.</summary>
    public long Number(string sql)
    {
        using var connection = new NpgsqlConnection(PostgresServer.Shared.ConnectionString(_database) + ";Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var project in _projects)
        {
            await project.App.DisposeAsync();
        }

        PostgresServer.Shared.Drop(_database);
    }

    private ServiceApp New(FakeTimeProvider? time, Dictionary<string, string>? settings)
    {
        var all = TestDatabase.PostgresSettings(PostgresServer.Shared.ConnectionString(_database));
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        return new(all, replace: services =>
        {
            if (time is not null)
            {
                services.AddSingleton<TimeProvider>(time);
            }
        });
    }
}
