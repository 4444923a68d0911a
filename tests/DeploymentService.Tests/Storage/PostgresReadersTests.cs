using DeploymentService.Storage;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Storage;

/// <summary>A query that may take long has a limit of its own, and says nothing of the server when it takes longer.</summary>
public sealed class PostgresReadersTests
{
    private static readonly Query<int, long> Session = new("SELECT CAST(pg_backend_pid() AS bigint)", static (_, _) => { }, static row => row.Integer(0));

    private int _asked;

    [PostgresFact]
    public async Task A_query_that_may_take_long_has_a_limit_of_its_own()
    {
        await using var app = new ServiceApp(new() { ["Database:BusyTimeoutMilliseconds"] = "2000" });
        var reader = app.Services.GetRequiredService<IDatabaseReader>();

        // Beyond that of the others. The service uses some connections, too.
        var slow = reader.ListAsync(Sleep(3, TimeSpan.FromMinutes(1)), 0).AsTask();
        await reader.ListAsync(Session, 0);
        await slow;
        var pool = app.Database.Query("SELECT CAST(pid AS bigint) FROM pg_stat_activity WHERE datname = current_database()", row => row.GetInt64(0));
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(async () => await reader.ListAsync(Sleep(600, TimeSpan.FromSeconds(1)), 0));

        Assert.Equal("The database took too long to answer: try again in a moment.", refused.Message);
        Assert.Equal(2, _asked);
        // The connections beside it are as good as before.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!pool.Contains((await reader.ListAsync(Session, 0))[0]))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private Query<int, long> Sleep(int seconds, TimeSpan limit) =>
        new($"SELECT CAST(pg_backend_pid() AS bigint) FROM pg_sleep({seconds})", (_, _) => _asked++, static row => row.Integer(0)) { Limit = limit };
}
