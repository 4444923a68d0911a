using DeploymentService.Storage;
using DeploymentService.Storage.Postgres;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeploymentService.Tests.Storage;

/// <summary>A query that may take long has a limit of its own, and says nothing of the server when it takes longer.</summary>
public sealed class PostgresReadersTests : IDisposable
{
    private static readonly Query<int, long> Session = new("SELECT CAST(pg_backend_pid() AS bigint)", static (_, _) => { }, static row => row.Integer(0));

    private readonly TempFolder _folder = new();
    private int _asked;

    public void Dispose() => _folder.Dispose();

    [PostgresFact]
    public async Task A_query_that_may_take_long_has_a_limit_of_its_own()
    {
        using var database = new PostgresDatabase(TestDatabase.OptionsOf(_folder.Database.Settings) with { BusyTimeout = TimeSpan.FromSeconds(2) });
        var reader = new PostgresReaders(database, new(TimeProvider.System, NullLogger<PostgresFaults>.Instance));

        // Beyond that of the others.
        var slow = reader.ListAsync(Sleep(3, TimeSpan.FromMinutes(1)), 0).AsTask();
        List<long> pool = [.. await reader.ListAsync(Session, 0), .. await slow];
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await reader.ListAsync(Sleep(600, TimeSpan.FromSeconds(1)), 0));

        Assert.Equal("The database took too long to answer: try again in a moment.", refused.Message);
        Assert.Equal(2, _asked);
        // The connections beside it are as good as before.
        Assert.Contains((await reader.ListAsync(Session, 0))[0], pool);
    }

    private Query<int, long> Sleep(int seconds, TimeSpan limit) =>
        new($"SELECT CAST(pg_backend_pid() AS bigint) FROM pg_sleep({seconds})", (_, _) => _asked++, static row => row.Integer(0)) { Limit = limit };
}
