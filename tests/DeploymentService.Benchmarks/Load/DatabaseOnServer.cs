namespace DeploymentService.Benchmarks.Load;

/// <summary>A database on a server that goes when it is not needed any more.</summary>
public sealed class DatabaseOnServer : IAsyncDisposable
{
    private readonly BenchmarkServer _server;

    private DatabaseOnServer(BenchmarkServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    /// <summary>For its clients.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes one.</summary>
    public static async Task<DatabaseOnServer> MakeAsync(BenchmarkServer server) => new(server, await server.CreateDatabaseAsync());

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _server.DropDatabaseAsync(ConnectionString);
}
