using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Counts group by group.</summary>
public sealed class GroupTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Reasons_are_grouped_by_what_they_mean_with_one_example_each()
    {
        var config = await _project.ConfigAsync();
        for (var number = 1; number <= 3; number++)
        {
            await _project.CreateAsync(config, $"web-{number}", status: "FAILED", reason: $"No space left on /dev/sda{number} after {number}00 ms");
        }

        await _project.CreateAsync(config, "db", status: "FAILED", reason: "cannot reach 'repo'");
        await _project.CreateAsync(config, "db", status: "COMPLETE", reason: "cannot reach 'mirror', which is well");
        await _project.CreateAsync(config, "db", status: "FAILED", reason: "cannot reach 'mirror'");

        var groups = await GroupsAsync("group_by=reason&status=FAILED");

        Assert.Equal(["No space left on <path> after <number> ms", "cannot reach '<value>'"], groups.Select(Key));
        Assert.Equal([3, 2], groups.Select(group => group["count"]!.GetValue<int>()));
        Assert.Equal("""{"IN_PROGRESS":0,"COMPLETE":0,"FAILED":3}""", groups[0]["by_status"]!.ToJsonString());
        Assert.Equal("No space left on /dev/sda3 after 300 ms", groups[0]["example"]!["status_reason"]!.GetValue<string>());
        Assert.Equal("web-3", groups[0]["example"]!["server_id"]!.GetValue<string>());

        // The key leads to the deployments.
        foreach (var group in groups)
        {
            var found = await _project.IdsAsync($"?reason={Uri.EscapeDataString(Key(group)!)}&status=FAILED");
            Assert.Equal(group["count"]!.GetValue<int>(), found.Length);
            Assert.Contains(group["example"]!["id"]!.GetValue<string>(), found);
        }
    }

    [Theory]
    [InlineData("web-01's unit 'nginx' failed: status=203/EXEC")]
    [InlineData("failed: \"run /{0}\"")]
    public async Task The_key_of_any_group_leads_to_its_deployments(string reason)
    {
        // So long that it is not taken for quoted, until the path is taken out.
        reason = reason.Replace("{0}", new string('a', 420), StringComparison.Ordinal);
        await _project.CreateAsync(await _project.ConfigAsync(), "web-1", status: "FAILED", reason: reason);

        var group = Assert.Single(await GroupsAsync("group_by=reason&status=FAILED"));

        Assert.Single(await _project.IdsAsync($"?reason={Uri.EscapeDataString(Key(group)!)}"));
        Assert.Single(await _project.IdsAsync($"?reason={Uri.EscapeDataString(reason)}"));
    }

    [Fact]
    public async Task Deployments_are_grouped_by_config_server_and_action()
    {
        var web = await _project.ConfigAsync("""{"name": "web", "group": "script", "config": "x"}""");
        var nameless = await _project.ConfigAsync("""{"group": "script", "config": "x"}""");
        await _project.CreateAsync(web, "a", "CREATE", "FAILED");
        await _project.CreateAsync(web, "b", "CREATE");
        await _project.CreateAsync(nameless, "b", "UPDATE", "COMPLETE");
        await _project.CreateAsync(web, "b");

        var configs = await GroupsAsync("group_by=config");
        Assert.Equal([web, nameless], configs.Select(Key));
        Assert.Equal("web", configs[0]["config_name"]!.GetValue<string>());
        Assert.False(configs[1].AsObject().ContainsKey("config_name"));
        Assert.Equal("""{"IN_PROGRESS":2,"COMPLETE":0,"FAILED":1}""", configs[0]["by_status"]!.ToJsonString());
        Assert.Equal(["b", "a"], (await GroupsAsync("group_by=server")).Select(Key));
        Assert.Equal([3, 1], (await GroupsAsync("group_by=server")).Select(group => group["count"]!.GetValue<int>()));
        // Of one size the older first; null is what has none.
        Assert.Equal(["CREATE", "UPDATE", null], (await GroupsAsync("group_by=action")).Select(Key));
        Assert.All(configs, group => Assert.False(group.AsObject().ContainsKey("example")));
    }

    [Fact]
    public async Task A_limit_shows_the_largest_and_says_how_many_there_are()
    {
        var config = await _project.ConfigAsync();
        foreach (var server in new[] { "c", "b", "b", "a", "a", "a" })
        {
            await _project.CreateAsync(config, server, status: server == "a" ? "FAILED" : "COMPLETE");
        }

        var summary = await SummaryAsync("group_by=server&limit=2");
        Assert.Equal(["a", "b"], summary["groups"]!.AsArray().Select(group => Key(group!)));
        Assert.Equal(3, summary["group_count"]!.GetValue<int>());
        Assert.True(summary.ContainsKey("hours"));
        Assert.Empty((await SummaryAsync("group_by=server&limit=0"))["groups"]!.AsArray());

        // The whole is that of the filters, and so are the groups.
        var filtered = await SummaryAsync("group_by=server&status=COMPLETE");
        Assert.Equal(["b", "c"], filtered["groups"]!.AsArray().Select(group => Key(group!)));
        Assert.Equal(3, filtered["by_status"]!["COMPLETE"]!.GetValue<int>());
        Assert.False(filtered.ContainsKey("hours"));
        Assert.False((await SummaryAsync("status=COMPLETE")).ContainsKey("groups"));
    }

    [Fact]
    public async Task A_deployment_is_in_the_group_of_what_it_is_now()
    {
        var config = await _project.ConfigAsync();
        var first = await _project.CreateAsync(config, "a", status: "FAILED", reason: "error 1");
        var second = await _project.CreateAsync(config, "b", status: "FAILED", reason: "error 2");
        Assert.Equal(["error <number>"], (await GroupsAsync("group_by=reason")).Select(Key));

        await _project.UpdateAsync(first, """{"status_reason": "other"}""");
        Assert.Equal(["error <number>", "other"], (await GroupsAsync("group_by=reason")).Select(Key).Order(StringComparer.Ordinal));

        await _project.DeleteAsync(second);
        Assert.Equal(["other"], (await GroupsAsync("group_by=reason")).Select(Key));
    }

    [Theory]
    [InlineData("hunter2", "/x/a b")]
    [InlineData("s3cr3t/with/slashes", "ftp 7")]
    public async Task A_reader_sees_groups_of_what_a_reader_sees(string secret, string place)
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "a", status: "FAILED", reason: $"password={secret} did not work at {place}");
        await _project.CreateAsync(config, "b", status: "FAILED", reason: $"password=other did not work at {place}");
        var reader = await _project.TokenAsync("reader");

        var forReader = await _project.SendAsync("GET", "software_deployments/summary?group_by=reason", token: reader);
        Assert.DoesNotContain(secret, forReader.Text, StringComparison.Ordinal);
        var group = Assert.Single(forReader.Json["summary"]!["groups"]!.AsArray())!;
        Assert.StartsWith("password=•••• did not work at ", Key(group), StringComparison.Ordinal);
        Assert.Equal(2, group["count"]!.GetValue<int>());
        Assert.True(forReader.Json["summary"]!.AsObject().ContainsKey("hours"));

        // A guess of what stands there finds as much as any other.
        Assert.Equal(2, (await GroupsAsync("group_by=reason")).Count);
        var guess = $"software_deployments?reason={Uri.EscapeDataString($"password={secret} did not work at {place}")}";
        Assert.Single((await _project.SendAsync("GET", guess)).Ids());
        Assert.Empty((await _project.SendAsync("GET", guess, token: reader)).Ids());
        Assert.Equal(2, (await _project.SendAsync("GET", $"software_deployments?reason={Uri.EscapeDataString(Key(group)!)}", token: reader)).Ids().Length);
    }

    [Theory]
    [InlineData("group_by=size", "group_by: must be config, reason, server or action")]
    [InlineData("group_by=Config", "group_by: must be config, reason, server or action")]
    [InlineData("group_by=config&limit=many", "Only integer is acceptable by 'limit'.")]
    [InlineData("group_by=size&limit=-1", "group_by: must be config, reason, server or action; limit: must be a whole number that is not negative")]
    [InlineData("group_by=config&group_by=server", "group_by: takes one value, and is there 2 times")]
    [InlineData("groupby=config", "groupby: unknown; this call takes ")]
    [InlineData("group_by=config&outputs=true", "outputs: unknown; this call takes ")]
    public async Task What_does_not_fit_is_refused_by_its_name(string query, string sentence) =>
        Assert.StartsWith(sentence, (await _project.SendAsync("GET", $"software_deployments/summary?{query}")).AssertRefused(400), StringComparison.Ordinal);

    private async Task<JsonObject> SummaryAsync(string query)
    {
        var answer = await _project.SendAsync("GET", $"software_deployments/summary?{query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["summary"]!.AsObject();
    }

    private async Task<List<JsonNode>> GroupsAsync(string query) => [.. (await SummaryAsync(query))["groups"]!.AsArray().Select(group => group!)];

    private static string? Key(JsonNode group) => group["key"]?.GetValue<string>();
}
