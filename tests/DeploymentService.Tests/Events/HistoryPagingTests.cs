using System.Globalization;
using System.Text.Json.Nodes;
using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Events;

/// <summary>How a history is read: in pages, and by whom.</summary>
public sealed class HistoryPagingTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 3)]
    [InlineData(6, 2)]
    [InlineData(7, 1)]
    [InlineData(100, 1)]
    public async Task The_links_lead_through_every_event_once(int limit, int pages)
    {
        var id = await WithUpdatesAsync(6);
        var all = (await _project.HistoryAsync(id)).Select(Histories.Sequence).ToList();
        Assert.Equal(7, all.Count);
        Assert.Equal(all.Order().Distinct(), all);

        var seen = new List<long>();
        var asked = 0;
        for (var path = $"software_deployments/{id}/events?limit={limit}"; path is not null; asked++)
        {
            var answer = await _project.SendAsync("GET", path);
            seen.AddRange(answer.Events().Select(Histories.Sequence));
            var link = answer.Json["events_links"]?.AsArray().Single();
            Assert.Equal(link is null ? null : "next", link?["rel"]!.GetValue<string>());
            path = link is null ? null : new Uri(link["href"]!.GetValue<string>()).PathAndQuery.Replace($"/v1/{_project.Id}/", "", StringComparison.Ordinal);
        }

        Assert.Equal(all, seen);
        Assert.Equal(pages, asked);
    }

    [Fact]
    public async Task A_page_of_a_deleted_deployment_leads_on_too()
    {
        var id = await WithUpdatesAsync(2);
        var all = await _project.HistoryAsync(id);
        await _project.SendAsync("DELETE", $"software_deployments/{id}");

        var rest = await _project.HistoryAsync(id, string.Create(CultureInfo.InvariantCulture, $"?limit=2&marker={all[1].Sequence()}"));

        Assert.Equal(["update", "deleted"], rest.Select(Histories.Kind));
    }

    [Theory]
    [InlineData("?marker=9223372036854775807", 0)]
    [InlineData("?marker=99999999999999999999", 3)]
    [InlineData("?marker=-1", 3)]
    [InlineData("?marker=x", 3)]
    [InlineData("?marker=", 3)]
    [InlineData("?limit=0", 0)]
    public async Task A_marker_that_is_none_marks_nothing(string query, int count) =>
        Assert.Equal(count, (await _project.HistoryAsync(await WithUpdatesAsync(2), query)).Count);

    [Theory]
    [InlineData("?limit=-1")]
    [InlineData("?limit=x")]
    public async Task A_limit_that_is_none_is_refused(string query)
    {
        var id = await _project.DeploymentAsync();
        (await _project.SendAsync("GET", $"software_deployments/{id}/events{query}")).AssertRefused(400);
    }

    [Fact]
    public async Task A_history_of_more_than_a_chunk_comes_whole()
    {
        var id = await _project.DeploymentAsync();
        await Task.WhenAll(Enumerable.Range(1, 2100).Select(number => _project.UpdateAsync(id, $$"""{"status_reason": "{{number}}"}""")));

        var all = await _project.HistoryAsync(id);
        var cut = await _project.SendAsync("GET", $"software_deployments/{id}/events?limit=1500");

        Assert.Equal(2101, all.Count);
        Assert.Equal(Enumerable.Range(1, 2100), all.Skip(1).Select(evt => int.Parse(evt.Reason()!, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(all.Select(Histories.Sequence).Order().Distinct(), all.Select(Histories.Sequence));
        Assert.Equal(all[..1500].Select(Histories.Sequence), cut.Events().Select(Histories.Sequence));
        Assert.EndsWith(
            string.Create(CultureInfo.InvariantCulture, $"marker={all[1499].Sequence()}"), cut.String("events_links", 0, "href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_limit_it_is_cut_at_1000_and_the_link_goes_on()
    {
        var id = await _project.DeploymentAsync();
        await _project.UpdateManyAsync(id, 2100);
        var all = await _project.HistoryAsync(id);

        List<JsonNode> seen = [];
        List<int> pages = [];
        for (var page = await _project.SendAsync("GET", $"software_deployments/{id}/events"); ; page = await _project.FollowAsync(page.NextPage("events")!))
        {
            pages.Add(page.Events().Count);
            seen.AddRange(page.Events());
            if (page.NextPage("events") is null)
            {
                break;
            }
        }

        Assert.Equal([1000, 1000, 101], pages);
        Assert.Equal(all.Select(Histories.Sequence), seen.Select(Histories.Sequence));
    }

    [Theory]
    [InlineData("reader", null, 200)]
    [InlineData("member", null, 200)]
    [InlineData("admin", null, 200)]
    [InlineData("agent", "a-server", 200)]
    [InlineData("agent", "another-server", 403)]
    public async Task Who_may_read_a_deployment_may_read_its_history(string role, string? server, int status)
    {
        var id = await _project.DeploymentAsync();
        var token = await _project.TokenAsync(role, server);

        Assert.Equal(status, (await HistoryAsync()).Status);
        await _project.SendAsync("DELETE", $"software_deployments/{id}");
        // A deleted deployment is no secret more or less than it was.
        var answer = await HistoryAsync();
        Assert.Equal(status, answer.Status);
        if (status == 403)
        {
            Assert.Equal("You are not authorized to use software_deployments:events.", answer.AssertRefused(403));
        }

        Task<Answer> HistoryAsync() => _project.SendAsync("GET", $"software_deployments/{id}/events", token: token);
    }

    [Fact]
    public async Task The_history_of_another_project_is_as_unknown_as_one_that_never_was()
    {
        var id = await _project.DeploymentAsync();
        var gone = await _project.DeploymentAsync();
        await _project.SendAsync("DELETE", $"software_deployments/{gone}");
        var other = ServiceApp.NewProject();

        foreach (var unknown in new[] { id, gone, "unknown", Guid.NewGuid().ToString() })
        {
            Assert.Equal(
                $"Deployment with id {unknown} not found", (await other.SendAsync("GET", $"software_deployments/{unknown}/events")).AssertRefused(404));
            (await other.SendAsync("GET", $"software_deployments/{unknown}/events", token: ServiceApp.AdminToken)).AssertRefused(404);
        }

        (await other.SendAsync("GET", $"software_deployments/{id}/events", token: await _project.MemberTokenAsync())).AssertRefused(403);
    }

    [Fact]
    public async Task A_new_deployment_never_continues_the_history_of_a_deleted_one()
    {
        // Alone in its database, so that the last number is given anew.
        await using var app = new ServiceApp();
        app.StartServer();
        var project = new Project(app);
        var gone = await project.DeploymentAsync();
        await project.SendAsync("DELETE", $"software_deployments/{gone}");

        var next = await project.DeploymentAsync();

        Assert.Equal(["created"], (await project.HistoryAsync(next)).Select(Histories.Kind));
        Assert.Equal(["created", "deleted"], (await project.HistoryAsync(gone)).Select(Histories.Kind));
    }

    private async Task<string> WithUpdatesAsync(int updates)
    {
        var id = await _project.DeploymentAsync();
        for (var number = 0; number < updates; number++)
        {
            await _project.UpdateAsync(id, $$"""{"status_reason": "{{number}}"}""");
        }

        return id;
    }
}
