using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeploymentService.Tests.Agents;

/// <summary>A database from before executions kept what they run: nothing runs again by the upgrade, and nothing disappears.</summary>
public sealed class ExecutionUpgradeTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private ServiceApp _app = null!;
    private Project _project = null!;

    public async Task InitializeAsync()
    {
        await using (var context = new SqliteDeploymentDbContext(new DbContextOptionsBuilder<SqliteDeploymentDbContext>()
            .UseSqlite($"Data Source={_folder.At("deployments.db")};Pooling=false").Options))
        {
            await context.GetService<IMigrator>().MigrateAsync("Events");
            await context.Database.ExecuteSqlRawAsync("""
                INSERT INTO software_configs VALUES ('p', 'c', 1, 'a', 'script', '"text"', '[]', '[]', '{{}}', 0), ('p', 'c2', 2, 'b', 'script', '"second"', '[]', '[]', '{{}}', 0);
                INSERT INTO software_deployments (project_id, id, sequence, server_id, config_id, action, status, input_values, creation_time, execution, execution_is_stale, fetched_time)
                VALUES ('p', 'changed', 1, 'a-server', 'c', 'UPDATE', 'COMPLETE', '{{"a": 1}}', 0, 3, 1, NULL),
                ('p', 'ended', 2, 'a-server', 'c', NULL, 'FAILED', NULL, 0, 2, 0, NULL),
                ('p', 'running', 3, 'a-server', 'c', NULL, 'IN_PROGRESS', NULL, 0, 1, 0, NULL);
                """);
        }

        _app = new ServiceApp(folder: _folder.Name);
        _project = new Project(_app, "p");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _app.Dispose();
        _folder.Dispose();
    }

    [SqliteFact]
    public async Task Every_execution_keeps_its_id_and_its_text()
    {
        var entries = await (await Agent.OfAsync(_project)).EntriesAsync();

        Assert.Equal(["changed-3", "ended-2", "running-1"], entries.Select(entry => entry!["id"]!.GetValue<string>()));
        Assert.Equal("UPDATE", Agent.Input(entries[0]!, "deploy_action"));
        Assert.Equal("1", Agent.Input(entries[0]!, "a"));
    }

    [SqliteFact]
    public async Task What_was_changed_before_it_is_kept_from_then_on_and_begins_with_the_next_execution()
    {
        var agent = await Agent.OfAsync(_project);
        var before = (await agent.EntriesAsync())[0]!.ToJsonString();

        await PutAsync("""{"config_id": "c2", "status": "COMPLETE"}""");
        Assert.Equal(before, (await agent.EntriesAsync())[0]!.ToJsonString());
        Assert.Equal(409, (await _project.SendAsync("DELETE", "software_configs/c")).Status);

        await PutAsync("""{"status": "IN_PROGRESS"}""");
        var next = (await agent.EntriesAsync()).Single(entry => entry!["id"]!.GetValue<string>().StartsWith("changed", StringComparison.Ordinal))!;
        Assert.Equal(("changed-4", "second"), (next["id"]!.GetValue<string>(), next["config"]!.GetValue<string>()));
    }

    [SqliteFact]
    public async Task What_is_in_progress_may_have_been_fetched_and_stays()
    {
        Assert.Equal(200, (await _project.SendAsync("PUT", "software_deployments/running", """{"status": "COMPLETE"}""")).Status);

        Assert.Equal(3, (await (await Agent.OfAsync(_project)).EntriesAsync()).Count);
    }

    private async Task PutAsync(string body) => Assert.Equal(200, (await _project.SendAsync("PUT", "software_deployments/changed", body)).Status);
}
