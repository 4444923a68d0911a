using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Idempotency;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>A change and its event are on the disk together or not at all, and a follower hears of nothing that is not.</summary>
public sealed class SameTransactionTests : IAsyncLifetime, IDisposable
{
    private readonly ServiceApp _app = new(new() { ["Database:BusyTimeoutMilliseconds"] = "100" });
    private Project _project = null!;
    private Follower _follower = null!;
    private string _id = "";
    private string _config = "";

    public async Task InitializeAsync()
    {
        _app.StartServer();
        _project = new(_app);
        _config = await _project.ConfigAsync();
        _id = await _project.DeploymentAsync(configId: _config);
        _follower = await Follower.OpenAsync(_project);
        // Before it there are the admin's and the member's token.
        Assert.Equal(3, (await _follower.BlockAsync()).Id);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _follower.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData("POST", "software_deployments", """{"config_id": "$CONFIG", "server_id": "a-server"}""")]
    [InlineData("PUT", "software_deployments/$ID", """{"status": "COMPLETE", "output_values": {"a": 1}}""")]
    [InlineData("DELETE", "software_deployments/$ID", null)]
    [InlineData("POST", "software_deployments/$ID/run", null)]
    [InlineData("POST", "software_deployments/$ID/signal", "{}")]
    public async Task Without_its_event_a_change_is_not_made(string method, string path, string? body)
    {
        (path, body) = (Fill(path), body is null ? null : Fill(body));
        var before = await ListAsync();
        RefuseInserts("deployment_events");

        (await _project.SendAsync(method, path, body)).AssertRefused(500);

        Assert.Equal(before, await ListAsync());
        Assert.Equal(["created"], (await _project.HistoryAsync(_id)).Select(Histories.Kind));
        AllowInserts("deployment_events");
        Assert.InRange((await _project.SendAsync(method, path, body)).Status, 200, 204);
        // The next number, and nothing before it.
        Assert.Equal(4, Assert.Single(await _follower.EventsAsync(1)).Sequence());
    }

    [Fact]
    public async Task Without_the_rest_of_its_change_an_event_is_not_there()
    {
        var before = await ListAsync();
        RefuseInserts("idempotency_keys");

        (await CreateWithKeyAsync()).AssertRefused(500);

        Assert.Equal(before, await ListAsync());
        AllowInserts("idempotency_keys");
        Assert.Equal(200, (await CreateWithKeyAsync()).Status);
        Assert.Equal((4, "created"), Assert.Single(await _follower.EventsAsync(1)) is var created ? (created.Sequence(), created.Kind()) : default);
    }

    [Fact]
    public async Task While_another_program_holds_the_database_nothing_happens_and_agents_get_their_document()
    {
        var agent = await Agent.OfAsync(_project);
        using (_app.Database.Hold())
        {
            (await _project.SendAsync("PUT", $"software_deployments/{_id}", "{}")).AssertRefused(503);
            Assert.Single(await agent.EntriesAsync());
            // The report is refused for what is wrong with it, even where that cannot be put down.
            (await _project.SendAsync("PUT", $"software_deployments/{_id}", "{")).AssertRefused(400);
        }

        Assert.Equal(["created"], (await _project.HistoryAsync(_id)).Select(Histories.Kind));
        // The next poll is the first fetch that is known.
        await agent.PollAsync();
        await _project.UpdateAsync(_id, "{}");
        Assert.Equal(["fetched 4", "update 5"], (await _follower.EventsAsync(2)).Select(evt => $"{evt.Kind()} {evt.Sequence()}"));
    }

    [Fact]
    public async Task A_change_that_fails_takes_none_of_its_batch_with_it_and_nothing_is_told_twice()
    {
        RefuseInserts("deployment_events", "NEW.reason LIKE 'bad%'");

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            var answer = await _project.SendAsync("PUT", $"software_deployments/{_id}", $$"""{"status_reason": "{{(number % 10 == 0 ? "bad" : "good")}} {{number}}"}""");
            return (number, answer.Status);
        }));

        Assert.All(answers, answer => Assert.Equal(answer.number % 10 == 0 ? 500 : 200, answer.Status));
        var history = await _project.HistoryAsync(_id);
        Assert.Equal(181, history.Count);
        Assert.Equal(
            Enumerable.Range(0, 200).Where(number => number % 10 != 0).Select(number => $"good {number}").Order(StringComparer.Ordinal),
            history.Skip(1).Select(Histories.Reason).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(0, 181).Select(number => history[0].Sequence() + number), history.Select(Histories.Sequence));
        Assert.Equal(history.Skip(1).Select(evt => evt.ToJsonString()), (await _follower.EventsAsync(180)).Select(evt => evt.ToJsonString()));
    }

    private string Fill(string text) => text.Replace("$ID", _id, StringComparison.Ordinal).Replace("$CONFIG", _config, StringComparison.Ordinal);

    private async Task<string> ListAsync() => (await _project.SendAsync("GET", "software_deployments")).Text;

    private Task<Answer> CreateWithKeyAsync() =>
        _project.PostAsync("a-key", "software_deployments", Fill("""{"config_id": "$CONFIG", "server_id": "a-server"}"""));

    /// <summary>Lets the database refuse every new row of a table that fits a condition.</summary>
    private void RefuseInserts(string table, string condition = "1 = 1")
    {
        string[] statements = TestEngine.IsPostgres
            ? ["CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$", $"CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse()"]
            : [$"CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'no'); END"];
        Array.ForEach(statements, sql => _app.Database.Execute(sql));
    }

    private void AllowInserts(string table) => _app.Database.Execute("DROP TRIGGER refused" + (TestEngine.IsPostgres ? $" ON {table}" : ""));
}
