using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>What comes on a stream, in which form, and to whom.</summary>
public sealed class StreamTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task It_begins_now_with_an_id_alone()
    {
        var id = await _project.DeploymentAsync();
        var before = (await _project.HistoryAsync(id))[^1].Sequence();

        using var follower = await Follower.OpenAsync(_project);

        Assert.Equal("text/event-stream", follower.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", follower.Response.Headers.CacheControl!.ToString());
        var first = await follower.BlockAsync();
        Assert.Equal(new Block(first.Id, null, null, null), first);
        Assert.True(first.Id >= before);
        await _project.UpdateAsync(id, "{}");
        Assert.Equal("update", Assert.Single(await follower.EventsAsync(1)).Kind());
    }

    [Fact]
    public async Task Everything_that_can_happen_comes_as_it_is_in_the_history_and_in_its_order()
    {
        using var follower = await Follower.OpenAsync(_project);
        var id = await _project.DeploymentAsync();
        var ungrouped = await _project.DeploymentAsync("another-server", await _project.ConfigAsync("""{"name": "a"}"""));
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());
        await agent.SendAsync("PUT", url, "[]");
        await agent.SendAsync("PUT", url, """{"deploy_stdout": "é\n\r\u2028"}""");
        await agent.SendAsync("PUT", url, """{"deploy_stdout": "é\n\r\u2028"}""");
        await _project.SendAsync("POST", $"software_deployments/{id}/run");
        await agent.SendAsync("PUT", url, "{}");
        await _project.UpdateAsync(id, """{"status": "FAILED", "status_reason": "two\r\nlines, é, 😀, \u2028, \u0085 and data: x\n\nid: 1"}""");
        await _project.SendAsync("DELETE", $"software_deployments/{id}");

        var events = await follower.EventsAsync(11);

        Assert.Equal(
            ["created", "created", "skipped", "fetched", "refused", "signal", "signal", "run", "late", "update", "deleted"], events.Select(Histories.Kind));
        List<JsonNode> history = [.. await _project.HistoryAsync(id), .. await _project.HistoryAsync(ungrouped)];
        Assert.Equal(history.OrderBy(Histories.Sequence).Select(Text), events.Select(Text));
    }

    [Theory]
    [InlineData("", new[] { 0, 1, 2 })]
    [InlineData("?server_id=", new[] { 0, 1, 2 })]
    [InlineData("?deployment_id=&server_id=", new[] { 0, 1, 2 })]
    [InlineData("?server_id=one%20%26%C3%A9", new[] { 0, 1 })]
    [InlineData("?server_id=two", new[] { 2 })]
    [InlineData("?server_id=ONE%20%26%C3%A9", new int[0])]
    [InlineData("?deployment_id=$1", new[] { 1 })]
    [InlineData("?deployment_id=$1&server_id=one%20%26%C3%A9", new[] { 1 })]
    [InlineData("?deployment_id=$1&server_id=two", new int[0])]
    [InlineData("?deployment_id=unknown", new int[0])]
    public async Task Filters_let_through_what_they_name(string query, int[] expected)
    {
        string[] ids = [await _project.DeploymentAsync("one &é"), await _project.DeploymentAsync("one &é"), await _project.DeploymentAsync("two")];
        using var follower = await Follower.OpenAsync(_project, query.Replace("$1", ids[1], StringComparison.Ordinal));
        using var unfiltered = await Follower.OpenAsync(_project);
        foreach (var id in ids)
        {
            await _project.UpdateAsync(id, "{}");
        }

        // What comes behind everything else passes each of the filters once.
        var last = (await unfiltered.EventsAsync(3))[^1].Sequence();
        using var rest = await Follower.OpenAsync(_project, query.Replace("$1", ids[1], StringComparison.Ordinal), after: last);
        Assert.Equal(last, (await rest.BlockAsync()).Id);

        var events = await follower.EventsAsync(expected.Length);
        Assert.Equal(expected.Select(place => ids[place]), events.Select(evt => evt["deployment_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task It_goes_on_behind_the_last_id_in_the_header_or_else_in_the_query()
    {
        var id = await _project.DeploymentAsync();
        foreach (var number in Enumerable.Range(0, 4))
        {
            await _project.UpdateAsync(id, $$"""{"status_reason": "{{number}}"}""");
        }

        var all = (await _project.HistoryAsync(id)).Select(Histories.Sequence).ToList();
        foreach (var (query, header, first) in new (string, long?, int)[]
        {
            ("", all[1], 2), ($"?last_event_id={all[2]}", null, 3), ($"?last_event_id={all[0]}", all[3], 4), ($"?last_event_id={all[0]}&server_id=a-server", null, 1),
        })
        {
            using var follower = await Follower.OpenAsync(_project, query, header);
            Assert.Equal(all[first - 1], (await follower.BlockAsync()).Id);
            Assert.Equal(all[first..], (await follower.EventsAsync(all.Count - first)).Select(Histories.Sequence));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("0x1")]
    [InlineData("1 2")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_is_none_is_refused(string id)
    {
        var query = await _project.SendAsync("GET", $"events?last_event_id={Uri.EscapeDataString(id)}");
        var header = await _project.App.SendRawAsync("GET", $"/v1/{_project.Id}/events", [$"X-Auth-Token: {await _project.MemberTokenAsync()}", $"Last-Event-ID: {id}"]);

        Assert.Equal("Last-Event-ID: must be the id of an event, a whole number.", query.AssertRefused(400));
        Assert.Equal(query.Message, header.AssertRefused(400));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1_000_000_000_000)]
    public async Task An_id_that_was_never_given_is_a_gap_and_the_stream_goes_on_at_the_end(long unknown)
    {
        var id = await _project.DeploymentAsync();
        using var follower = await Follower.OpenAsync(_project, after: unknown);

        Assert.Equal(new Block(unknown, null, null, null), await follower.BlockAsync());
        var gap = await follower.BlockAsync();
        Assert.Equal("gap", gap.Event);
        Assert.Equal(["from", "to"], gap.Data!.AsObject().Select(member => member.Key));
        Assert.Equal(1, gap.Data["from"]!.GetValue<long>());
        Assert.Equal(gap.Id, gap.Data["to"]!.GetValue<long>());
        Assert.True(gap.Id >= (await _project.HistoryAsync(id))[^1].Sequence());
        await _project.UpdateAsync(id, "{}");
        Assert.Equal("update", Assert.Single(await follower.EventsAsync(1)).Kind());
    }

    [Fact]
    public async Task Events_of_another_project_never_come()
    {
        var other = ServiceApp.NewProject();
        var (id, foreign) = (await _project.DeploymentAsync(), await other.DeploymentAsync());
        using var follower = await Follower.OpenAsync(_project, after: 0);
        using var stranger = await Follower.OpenAsync(other, $"?deployment_id={id}", after: 0);
        foreach (var project in new[] { (_project, id), (other, foreign), (_project, id) })
        {
            await project.Item1.UpdateAsync(project.Item2, "{}");
        }

        var events = await follower.EventsAsync(3);
        await other.SendAsync("DELETE", $"software_deployments/{foreign}");
        Assert.All(events, evt => Assert.Equal(id, evt["deployment_id"]!.GetValue<string>()));
        Assert.Null((await stranger.BlockAsync()).Data);
        // Whatever would come of the other project would come before its own next event.
        using var own = await Follower.OpenAsync(other, after: 0);
        Assert.Equal(["created", "update", "deleted"], (await own.EventsAsync(3)).Select(Histories.Kind));
    }

    [Theory]
    [InlineData("reader", 200)]
    [InlineData("member", 200)]
    [InlineData("admin", 200)]
    [InlineData("agent", 403)]
    public async Task Readers_may_follow_and_agents_may_not(string role, int status)
    {
        var token = await _project.TokenAsync(role, role == "agent" ? "a-server" : null);
        if (status == 403)
        {
            Assert.Equal("You are not authorized to use events:stream.", (await _project.SendAsync("GET", "events?server_id=a-server", token: token)).AssertRefused(403));
            return;
        }

        using var follower = await Follower.OpenAsync(_project, token: token);
        var id = await _project.DeploymentAsync();
        Assert.Equal(id, Assert.Single(await follower.EventsAsync(1))["deployment_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Nobody_follows_a_project_that_is_not_theirs()
    {
        (await _project.SendAsync("GET", "events", token: await ServiceApp.NewProject().MemberTokenAsync())).AssertRefused(403);
        (await _project.SendAsync("GET", "events", token: "nobody")).AssertRefused(401);
        (await _project.SendAsync("POST", "events", "{}")).AssertRefused(405);
    }

    [Fact]
    public async Task Many_follow_at_once_and_all_get_the_same()
    {
        var followers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Follower.OpenAsync(_project)));
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => _project.DeploymentAsync($"server-{number}")));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => _project.UpdateAsync(ids[number % 5], $$"""{"status_reason": "{{number.ToString(CultureInfo.InvariantCulture)}}"}""")));

        var received = await Task.WhenAll(followers.Select(follower => follower.EventsAsync(105)));

        Assert.All(received, events => Assert.Equal(received[0].Select(Text), events.Select(Text)));
        Assert.Equal(received[0].Select(Histories.Sequence).Order(), received[0].Select(Histories.Sequence));
        foreach (var follower in followers)
        {
            follower.Dispose();
        }
    }

    private static string Text(JsonNode evt) => evt.ToJsonString();
}
