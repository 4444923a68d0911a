using DeploymentService.Retention;
using DeploymentService.Storage.Sqlite;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Events;

/// <summary>Histories are found in segments of the log: in memory, in the database, across starts, and after a purge. Here a segment holds seven events.</summary>
public sealed class HistorySegmentsTests : IDisposable
{
    private const int SegmentSize = 7;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SqliteFact]
    public async Task Histories_are_whole_and_in_order_whatever_is_stored_already()
    {
        await using var app = App();
        var project = new Project(app);
        var deployments = await DeploymentsAsync(project, 3);

        for (var round = 0; round < 20; round++)
        {
            await project.SendAsync("PUT", $"software_deployments/{deployments[round % 3]}", $$"""{"status_reason": "{{round}}"}""");
            await AssertHistoriesAsync(project, deployments);
        }
    }

    [SqliteFact]
    public async Task A_start_goes_on_where_the_last_one_ended()
    {
        string[] deployments = [];
        var projectId = "";
        for (var start = 0; start < 4; start++)
        {
            await using var app = App();
            var project = new Project(app, start == 0 ? null : projectId);
            projectId = project.Id;
            deployments = start == 0 ? await DeploymentsAsync(project, 3) : deployments;
            await AssertHistoriesAsync(project, deployments);
            for (var update = 0; update < 5; update++)
            {
                await project.SendAsync("PUT", $"software_deployments/{deployments[update % 3]}", $$"""{"status_reason": "{{start}} {{update}}"}""");
            }

            await AssertHistoriesAsync(project, deployments);
        }
    }

    [SqliteFact]
    public async Task What_a_kill_left_half_written_is_written_anew()
    {
        string[] deployments;
        string projectId;
        await using (var app = App())
        {
            var project = new Project(app);
            projectId = project.Id;
            deployments = await DeploymentsAsync(project, 12);
            await UntilStoredAsync(12 / SegmentSize);
        }

        // Rows of the last segment are there, and the word that it is complete is not.
        Run("DELETE FROM deployment_event_segments WHERE first_event = (SELECT max(first_event) FROM deployment_event_segments)");
        Run("DELETE FROM deployment_event_index WHERE sequence % 2 = 0 AND segment > (SELECT coalesce(max(last_event), 0) FROM deployment_event_segments)");
        await using var again = App();

        await AssertHistoriesAsync(new Project(again, projectId), deployments);
    }

    [SqliteFact]
    public async Task Many_events_that_are_not_indexed_yet_are_indexed_at_the_start()
    {
        string[] deployments;
        string projectId;
        await using (var app = App())
        {
            var project = new Project(app);
            projectId = project.Id;
            deployments = await DeploymentsAsync(project, 30);
        }

        Run("DELETE FROM deployment_event_segments; DELETE FROM deployment_event_index;");
        await using var again = App();

        await AssertHistoriesAsync(new Project(again, projectId), deployments);
        Assert.Equal(30 / SegmentSize, Number("SELECT count(*) FROM deployment_event_segments"));
    }

    [SqliteFact]
    public async Task The_index_of_purged_events_is_purged_too()
    {
        string[] old;
        string projectId;
        await using (var before = App())
        {
            var project = new Project(before);
            projectId = project.Id;
            old = await DeploymentsAsync(project, 20);
            await UntilStoredAsync(20 / SegmentSize);
        }

        await using var app = App(TimeSpan.FromDays(91));
        await new Project(app, projectId).SendAsync("PUT", $"software_deployments/{old[3]}", """{"status": "COMPLETE"}""");

        await app.Services.GetRequiredService<Purge>().RemoveAsync(CancellationToken.None);

        Assert.Equal(0, Number("SELECT count(*) FROM deployment_event_segments WHERE last_event < (SELECT min(sequence) FROM deployment_events)"));
        Assert.Equal(0, Number("SELECT count(*) FROM deployment_event_index WHERE segment NOT IN (SELECT first_event FROM deployment_event_segments)"));
        var history = await new Project(app, projectId).SendAsync("GET", $"software_deployments/{old[3]}/events");
        Assert.Equal(["update"], history.Json["events"]!.AsArray().Select(evt => evt!["event"]!.GetValue<string>()));
    }

    private static async Task<string[]> DeploymentsAsync(Project project, int count)
    {
        var config = await project.ConfigAsync();
        var deployments = new List<string>();
        for (var number = 0; number < count; number++)
        {
            deployments.Add(await project.DeploymentAsync(configId: config));
        }

        return [.. deployments];
    }

    /// <summary>What the service says of each deployment, page by page, is what the table holds.</summary>
    private async Task AssertHistoriesAsync(Project project, string[] deployments)
    {
        foreach (var deployment in deployments)
        {
            var found = new List<long>();
            var page = "";
            while (true)
            {
                var events = (await project.SendAsync("GET", $"software_deployments/{deployment}/events?limit=2{page}")).Json["events"]!.AsArray();
                found.AddRange(events.Select(evt => evt!["sequence"]!.GetValue<long>()));
                if (events.Count < 2)
                {
                    break;
                }

                page = $"&marker={found[^1]}";
            }

            Assert.Equal(
                _folder.Database.Query("SELECT sequence FROM deployment_events WHERE deployment_id = @id ORDER BY sequence", row => row.GetInt64(0), ("id", deployment)), found);
        }
    }

    private ServiceApp App(TimeSpan later = default)
    {
        var app = new ServiceApp(folder: _folder.Name, replace: services => services
            .Replace(ServiceDescriptor.Singleton(new HistoryIndex(SegmentSize)))
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later))));
        app.StartServer();
        return app;
    }

    /// <summary>Segments are written beside the requests.</summary>
    private Task UntilStoredAsync(int segments) => Until.TrueAsync(
        () => Number("SELECT count(*) FROM deployment_event_segments") >= segments, () => "not stored");

    private void Run(string sql) => _folder.Database.Execute(sql);

    private long Number(string sql) => _folder.Database.Number(sql);
}
