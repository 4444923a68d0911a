using DeploymentService.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Agents;

/// <summary>Documents that are too large to be in memory as a whole: read row by row while they are sent, and the same bytes each time.</summary>
public sealed class LargeDocumentTests
{
    private const int Large = 300_000;
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_same_rows_are_the_same_bytes_and_nothing_is_missing()
    {
        var made = await MakeAsync(5);
        var agent = await Agent.OfAsync(_project);

        var first = await agent.PollAsync();
        var second = await agent.PollAsync();

        Assert.Equal(first.Text, second.Text);
        var entries = first.Json["deployments"]!.AsArray();
        Assert.Equal(made.Select(id => id + "-1"), entries.Select(entry => entry!["id"]!.GetValue<string>()));
        Assert.Equal(["0", "1", "2", "3", "4"], entries.Select(entry => entry!["name"]!.GetValue<string>()));
        Assert.All(entries, entry => Assert.Equal(Large, entry!["config"]!.GetValue<string>().Length));
        Assert.All(entries, entry => Assert.Equal(Large, Agent.Input(entry!, "a")!.Length));
        var metadata = (await _project.SendAsync("GET", "software_deployments/metadata/a-server")).Json["metadata"]!.AsArray();
        Assert.Equal(["0", "1", "2", "3", "4"], metadata.Select(config => config!["name"]!.GetValue<string>()));
        Assert.All(metadata, config => Assert.Equal(Large, config!["config"]!.GetValue<string>().Length));
    }

    [Fact]
    public async Task One_that_fits_in_a_piece_has_its_length()
    {
        await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var small = await agent.PollAsync();
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(small.Text).ToString(System.Globalization.CultureInfo.InvariantCulture), small.Headers["content-length"]);

        await MakeAsync(1);

        Assert.DoesNotContain("content-length", (await agent.PollAsync()).Headers.Keys);
        var head = await agent.PollAsync("HEAD");
        Assert.Equal((200, ""), (head.Status, head.Text));
        Assert.DoesNotContain("content-length", head.Headers.Keys);
    }

    [Fact]
    public async Task What_changes_while_it_is_sent_is_right_when_its_turn_comes()
    {
        var made = await MakeAsync(5);
        var address = new AgentUrlClaims(_project.Id, "a-server", 1, 0);
        var entries = (await _project.App.Services.GetRequiredService<AgentStore>().EntriesAsync(address))!;
        Assert.Equal(made[0], Assert.Single(await entries.NextAsync(1)).DeploymentId);

        var config = await _project.ConfigAsync("""{"name": "other", "group": "script", "config": "other"}""");
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{made[1]}")).Status);
        // Runs on with what it runs; begins to run something else; is ended before anybody had it.
        await _project.UpdateAsync(made[2], $$"""{"config_id": "{{config}}", "input_values": {"a": "b"}, "status": "COMPLETE"}""");
        await _project.UpdateAsync(made[3], $$"""{"config_id": "{{config}}"}""");
        await _project.UpdateAsync(made[4], """{"status": "FAILED"}""");

        var rest = new List<AgentEntry>();
        while (await entries.NextAsync(1) is { Count: > 0 } next)
        {
            rest.AddRange(next);
        }

        Assert.Equal([(made[2], 1L, "2", false), (made[3], 2L, "other", true), (made[4], 1L, "4", false)],
            rest.Select(entry => (entry.DeploymentId, entry.Execution, entry.Config.Name!, entry.IsHandedOut)));
        Assert.Equal(Large, rest[0].InputValues!.Document().RootElement.GetProperty("a").GetString()!.Length);
    }

    [Fact]
    public async Task Rows_that_make_one_piece_are_read_together()
    {
        await _project.DeploymentAsync();
        await _project.DeploymentAsync();
        var entries = (await _project.App.Services.GetRequiredService<AgentStore>().EntriesAsync(new(_project.Id, "a-server", 1, 0)))!;

        Assert.Equal(2, (await entries.NextAsync(64 * 1024)).Count);
        Assert.Empty(await entries.NextAsync(64 * 1024));
    }

    private async Task<List<string>> MakeAsync(int count)
    {
        var ids = new List<string>();
        for (var number = 0; number < count; number++)
        {
            var config = await _project.ConfigAsync($$"""{"name": "{{number}}", "group": "script", "config": "{{new string('x', Large)}}", "inputs": [{"name": "a"}]}""");
            var created = await _project.SendAsync(
                "POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server", "input_values": {"a": "{{new string('y', Large)}}"} }""");
            ids.Add(created.String("software_deployment", "id")!);
        }

        return ids;
    }
}
