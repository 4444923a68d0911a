using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeploymentService.Tests.Waiting;

/// <summary>Waiting until all that a list names are at their end.</summary>
public sealed class FilterWaitTests(WaitFixture room) : IClassFixture<WaitFixture>
{
    private readonly Project _project = room.NewProject();

    [Theory]
    [InlineData("?wait=300")]
    [InlineData("?wait=300&server_id=nobody")]
    [InlineData("?wait=300&status=COMPLETE")]
    [InlineData("?wait=300&status=COMPLETE,FAILED&limit=1")]
    [InlineData("?wait=300&changed_since=2100-01-01")]
    [InlineData("?wait=300&q=nowhere")]
    [InlineData("?wait=300&overdue=true")]
    public async Task Where_nothing_is_in_progress_the_answer_comes_at_once(string query)
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "a", status: "COMPLETE");
        if (query != "?wait=300")
        {
            await _project.CreateAsync(config, "b");
        }

        var answer = await ListAsync(query).PromptlyAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal((await _project.ListAsync(query.Replace("wait=300", "detail=true", StringComparison.Ordinal))).Text, answer.Text);
    }

    [Fact]
    public async Task It_ends_with_the_last_of_them()
    {
        var ids = await NewAsync(3);
        var waiting = ListAsync("?wait=60");
        await room.Clock.WaitersAsync();

        await _project.UpdateAsync(ids[1], """{"status": "FAILED"}""");
        await _project.DeleteAsync(ids[0]);
        await _project.UpdateAsync(ids[2], """{"status_reason": "nearly"}""");
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(ids[2], """{"status": "COMPLETE"}""");

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(["FAILED", "COMPLETE"], Statuses(answer));
    }

    [Fact]
    public async Task A_deletion_can_be_the_last_of_them()
    {
        var id = (await NewAsync(1))[0];
        var waiting = ListAsync("?wait=60&server_id=server-0");
        await room.Clock.WaitersAsync();

        await _project.DeleteAsync(id);

        Assert.Empty((await waiting.PromptlyAsync()).Ids());
    }

    [Fact]
    public async Task Those_that_are_created_or_run_again_meanwhile_count_too()
    {
        var config = await _project.ConfigAsync();
        var first = await _project.CreateAsync(config, "a");
        var ended = await _project.CreateAsync(config, "a", status: "COMPLETE");
        var waiting = ListAsync("?wait=60&server_id=a");
        await room.Clock.WaitersAsync();
        var second = await _project.CreateAsync(config, "a");
        await _project.CreateAsync(config, "b");
        await _project.SendAsync("POST", $"software_deployments/{ended}/run");

        await _project.UpdateAsync(first, """{"status": "COMPLETE"}""");
        await _project.UpdateAsync(second, """{"status": "COMPLETE"}""");
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(ended, """{"status": "COMPLETE"}""");

        Assert.Equal(["COMPLETE", "COMPLETE", "COMPLETE"], Statuses(await waiting.PromptlyAsync()));
    }

    [Fact]
    public async Task Whoever_begins_one_and_joins_others_waits_for_it()
    {
        // One after the other ends while the next begins: whoever began one must never be told that all are at their end while his own is not.
        var config = await _project.ConfigAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++)
            {
                var own = await _project.CreateAsync(config, "a");
                var waiting = ListAsync("?wait=300&server_id=a&values=false");
                await Task.Yield();
                var ending = _project.UpdateAsync(own, """{"status": "COMPLETE"}""");
                Assert.DoesNotContain("IN_PROGRESS", Statuses(Only(await waiting.PromptlyAsync(), own)));
                await ending;
            }
        })));

        static Answer Only(Answer answer, string id) => answer with
        {
            Text = $$"""{"software_deployments": [{{answer.Json["software_deployments"]!.AsArray().Single(item => item!["id"]!.GetValue<string>() == id)!.ToJsonString()}}]}""",
        };
    }

    [Fact]
    public async Task One_that_no_longer_fits_is_waited_for_no_longer()
    {
        var config = await _project.ConfigAsync();
        var other = await _project.ConfigAsync("""{"name": "other", "config": "x"}""");
        var id = await _project.CreateAsync(config, "a", "CREATE", reason: "a needle");
        Task<Answer>[] waits =
        [
            ListAsync("?wait=60&q=NEEDLE"), ListAsync("?wait=60&name=a-config"), ListAsync("?wait=60&action=CREATE"), ListAsync($"?wait=60&config_id={config}"),
        ];
        await room.Clock.WaitersAsync(4);

        await _project.UpdateAsync(id, $$"""{"status_reason": "hay", "action": "UPDATE", "config_id": "{{other}}"}""");

        Assert.All(await Task.WhenAll(waits.Select(wait => wait.PromptlyAsync())), answer => Assert.Empty(answer.Ids()));
    }

    [Fact]
    public async Task One_that_fits_since_a_change_is_waited_for()
    {
        var ids = await NewAsync(2);
        room.Clock.Advance(TimeSpan.FromSeconds(10));
        var since = room.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await _project.UpdateAsync(ids[0], """{"status_reason": "x"}""");
        var waiting = ListAsync($"?wait=60&changed_since={since}&status=IN_PROGRESS");
        await room.Clock.WaitersAsync();
        await _project.UpdateAsync(ids[1], """{"status_reason": "y"}""");

        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");
        Assert.False(waiting.IsCompleted);
        await _project.UpdateAsync(ids[1], """{"status": "COMPLETE"}""");

        Assert.Empty((await waiting.PromptlyAsync()).Ids());
    }

    [Fact]
    public async Task When_time_is_over_the_answer_is_the_list_as_it_is()
    {
        await NewAsync(2);
        var waiting = ListAsync("?wait=60&limit=1");
        await room.Clock.WaitersAsync();

        room.Clock.Advance(TimeSpan.FromSeconds(62));

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(["IN_PROGRESS"], Statuses(answer));
        Assert.NotNull(answer.NextPage());
        Assert.NotNull(answer.Json["software_deployments"]![0]!["waiting_for"]);
    }

    [Fact]
    public async Task No_time_is_no_wait()
    {
        await NewAsync(1);

        Assert.Equal(["IN_PROGRESS"], Statuses(await ListAsync("?wait=0").PromptlyAsync()));
    }

    [Fact]
    public async Task Many_wait_for_the_same_and_for_different_things()
    {
        var ids = await NewAsync(20);
        var same = Enumerable.Range(0, 40).Select(_ => ListAsync("?wait=60&values=false")).ToList();
        var different = ids.Select((_, index) => ListAsync($"?wait=60&server_id=server-{index}&status=IN_PROGRESS,COMPLETE")).ToList();
        await room.Clock.WaitersAsync(60);
        Assert.Equal(21, Watches.OfFilters(room.App, _project.Id));

        for (var index = 0; index < ids.Length; index++)
        {
            Assert.False(different[index].IsCompleted);
            Assert.All(same, wait => Assert.False(wait.IsCompleted));
            await _project.UpdateAsync(ids[index], """{"status": "COMPLETE"}""");
            Assert.Equal([ids[index]], (await different[index].PromptlyAsync()).Ids());
        }

        Assert.All(await Task.WhenAll(same.Select(wait => wait.PromptlyAsync())), answer => Assert.Equal(ids, answer.Ids()));
        await Watches.AreGoneAsync(() => Watches.OfFilters(room.App, _project.Id));
        await Watches.AreGoneAsync(() => Watches.IsWatched(room.App, _project.Id) ? 1 : 0);
    }

    [Fact]
    public async Task Whoever_goes_away_leaves_nothing_behind()
    {
        var ids = await NewAsync(1);
        using var gone = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 10).Select(number => _project.GetAsync($"software_deployments?wait=300&q=s&sort_key={(number % 2 == 0 ? "name" : "status")}", end: gone.Token)).ToList();
        var stays = ListAsync("?wait=300");
        await room.Clock.WaitersAsync(11);
        Assert.Equal(2, Watches.OfFilters(room.App, _project.Id));

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waits));
        await Watches.AreGoneAsync(() => Watches.OfFilters(room.App, _project.Id) - 1);
        await _project.UpdateAsync(ids[0], """{"status": "COMPLETE"}""");
        Assert.Equal(ids, (await stays.PromptlyAsync()).Ids());
        await Watches.AreGoneAsync(() => Watches.OfFilters(room.App, _project.Id));
        await Watches.AreGoneAsync(() => Watches.IsWatched(room.App, _project.Id) ? 1 : 0);
    }

    [Fact]
    public async Task Other_projects_end_nothing()
    {
        await NewAsync(1);
        var waiting = ListAsync("?wait=60");
        await room.Clock.WaitersAsync();
        var other = new Project(room.App);
        await other.UpdateAsync(await other.DeploymentAsync("server-0"), """{"status": "COMPLETE"}""");

        Assert.False(waiting.IsCompleted);
        room.Clock.Advance(TimeSpan.FromSeconds(62));
        Assert.Equal(["IN_PROGRESS"], Statuses(await waiting.PromptlyAsync()));
    }

    [Fact]
    public async Task A_service_that_stops_answers_those_who_wait()
    {
        var clock = new WaitClock();
        await using var app = new ServiceApp(replace: services => services.AddSingleton<TimeProvider>(clock));
        var project = new Project(app);
        var deployment = await project.DeploymentAsync();
        var one = project.GetAsync($"software_deployments/{deployment}?wait=300");
        var same = project.GetAsync($"software_deployments/{deployment}?wait=300", "\"1\"");
        var all = project.GetAsync("software_deployments?wait=300");
        await clock.WaitersAsync(3);

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal("IN_PROGRESS", (await one.PromptlyAsync()).Status());
        Assert.Equal(304, (await same.PromptlyAsync()).Status);
        Assert.Equal([deployment], (await all.PromptlyAsync()).Ids());
    }

    private Task<Answer> ListAsync(string query) => _project.GetAsync("software_deployments" + query);

    private async Task<string[]> NewAsync(int count)
    {
        var config = await _project.ConfigAsync();
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = await _project.CreateAsync(config, $"server-{index}");
        }

        return ids;
    }

    private static IEnumerable<string> Statuses(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["software_deployments"]!.AsArray().Select(item => item!["status"]!.GetValue<string>());
    }
}
