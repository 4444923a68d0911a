using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Npgsql;

namespace DeploymentService.Tests.Storage;

/// <summary>What becomes of a change on PostgreSQL when its connection breaks, or somebody has the lock of all writers: done once, and its caller told so.</summary>
public sealed class BrokenCommitTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CuttingProxy _proxy;
    private readonly ServiceApp _app;
    private readonly Project _project;

    public BrokenCommitTests()
    {
        _proxy = TestEngine.IsPostgres ? new(_folder.Database.Settings["ConnectionStrings:Deployments"]) : null!;
        _app = new(TestEngine.IsPostgres ? new() { ["ConnectionStrings:Deployments"] = _proxy.ConnectionString } : null, _folder.Name);
        _project = new(_app);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        if (TestEngine.IsPostgres)
        {
            await _proxy.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _app.Dispose();
        _folder.Dispose();
    }

    [PostgresTheory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task A_change_whose_connection_breaks_is_made_once_and_answered(int roundTrip, bool isAsked)
    {
        var id = await _project.DeploymentAsync();
        _proxy.CutAt(roundTrip, isAsked);

        var updated = await UpdateAsync(id);

        Assert.True(_proxy.HasCut);
        Assert.Equal((200, "\"2\""), (updated.Status, updated.Headers["etag"]));
        Assert.Equal(["created", "update"], (await _project.HistoryAsync(id)).Select(Histories.Kind));
    }

    [PostgresFact]
    public async Task A_change_that_uses_the_model_is_made_once_too()
    {
        var config = await _project.ConfigAsync();
        // Begin, the questions of EF Core, and the deletion; COMMIT is what is left.
        for (var roundTrip = 2; roundTrip <= 5; roundTrip++)
        {
            _proxy.CutAt(roundTrip, isAsked: true);
            var answer = await _project.SendAsync("DELETE", $"software_configs/{config}", token: ServiceApp.AdminToken);
            Assert.Equal(204, answer.Status);
            config = await _project.ConfigAsync();
        }
    }

    [PostgresFact]
    public async Task A_writer_that_holds_the_lock_and_is_not_at_work_loses_it()
    {
        var id = await _project.DeploymentAsync();
        var writer = new NpgsqlConnectionStringBuilder(_folder.Database.Settings["ConnectionStrings:Deployments"]) { ApplicationName = "deployment-service writer", Pooling = false };
        await using var stuck = new NpgsqlConnection(writer.ConnectionString);
        await stuck.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; SELECT id FROM commit_lock FOR UPDATE", stuck);
        await hold.ExecuteNonQueryAsync();

        Assert.Equal(200, (await UpdateAsync(id)).Status);

        await using var next = new NpgsqlCommand("COMMIT", stuck);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => next.ExecuteNonQueryAsync());
    }

    [PostgresFact]
    public async Task Time_does_not_go_back_behind_what_another_writer_has_stored()
    {
        var id = await _project.DeploymentAsync();
        _folder.Database.Execute("UPDATE deployment_events SET time = time + 30000");

        var updated = await UpdateAsync(id);

        var stored = _folder.Database.Query("SELECT time FROM deployment_events ORDER BY sequence", row => row.GetInt64(0));
        Assert.Equal(200, updated.Status);
        Assert.True(stored[^1] >= stored[0], $"{stored[0]} and then {stored[^1]}");
    }

    private async Task<Answer> UpdateAsync(string id) => await _project.SendAsync(
        "PUT", $"software_deployments/{id}", """{"status": "COMPLETE", "status_reason": "done", "output_values": {"a": 1}}""", await _project.MemberTokenAsync());
}
