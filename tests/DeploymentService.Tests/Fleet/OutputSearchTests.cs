using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>The search in what servers reported, and how many deployments a list has.</summary>
public sealed class OutputSearchTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("no such host", 1)]
    [InlineData("NO SUCH HOST", 1)]
    [InlineData("line one\nline \"two\"", 1)]
    [InlineData("größe", 1)]
    [InlineData("deploy_STDERR", 1)]
    [InlineData("47.11", 1)]
    [InlineData("true", 1)]
    [InlineData("a-server", 2)]
    [InlineData("\\n", 0)]
    [InlineData("nothing has this", 0)]
    public async Task A_text_is_found_in_names_and_values_as_it_is_meant(string text, int count)
    {
        var config = await _project.ConfigAsync();
        var reported = await _project.CreateAsync(config, "a-server");
        await _project.CreateAsync(config, "a-server-without-a-report");
        await _project.UpdateAsync(reported, """
            {"output_values": {"deploy_stderr": "line one\nline \"two\": no such host", "more": [{"gr\u00f6\u00dfe": 47.11}, true, null]}}
            """);

        var answer = await _project.ListAsync($"?outputs=true&q={Uri.EscapeDataString(text)}");

        Assert.Equal(count, answer.Ids().Length);
        Assert.Equal(2, answer.Json["outputs_looked_at"]!.GetValue<int>());
        Assert.Equal(count == 2 ? 2 : 0, (await _project.IdsAsync($"?q={Uri.EscapeDataString(text)}")).Length);
        Assert.False((await _project.ListAsync("?q=x")).Json.AsObject().ContainsKey("outputs_looked_at"));
    }

    [Fact]
    public async Task Only_what_fits_the_other_filters_is_looked_at_page_by_page()
    {
        var config = await _project.ConfigAsync();
        var found = new List<string>();
        for (var number = 0; number < 200; number++)
        {
            var id = await _project.CreateAsync(config, number % 2 == 0 ? "even" : "odd");
            await _project.UpdateAsync(id, $$$"""{"output_values": {"text": "{{{(number % 4 == 0 ? "needle" : "hay")}}}"}}""");
            if (number % 4 == 0)
            {
                found.Add(id);
            }
        }

        Assert.Equal(found, await _project.IdsAsync("?q=needle&outputs=true&server_id=even"));
        Assert.Empty(await _project.IdsAsync("?q=needle&outputs=true&server_id=odd"));
        Assert.Equal(100, (await _project.ListAsync("?q=needle&outputs=true&server_id=even")).Json["outputs_looked_at"]!.GetValue<int>());
        // As soon as the page is full, and known to have another behind it.
        Assert.Equal(21, (await _project.ListAsync("?q=needle&outputs=true&server_id=even&limit=10")).Json["outputs_looked_at"]!.GetValue<int>());
        Assert.Equal(found, await _project.AllPagesAsync("?q=needle&outputs=true&limit=7"));
        Assert.Equal(Enumerable.Reverse(found), await _project.AllPagesAsync("?q=needle&outputs=true&limit=7&sort_key=updated_time&sort_dir=desc"));
        Assert.Empty(await _project.IdsAsync("?q=needle&outputs=true&limit=0"));
    }

    [Fact]
    public async Task A_reader_cannot_guess_a_secret_by_searching_for_it()
    {
        var config = await _project.ConfigAsync("""
            {"name": "c", "group": "script", "config": "x", "inputs": [{"name": "declared", "hidden": true}]}
            """);
        var id = await _project.CreateAsync(config, "s");
        await _project.UpdateAsync(id, """{"output_values": {"db_password": "hunter2", "declared": "pin4711", "log": "token=abc123 sent to the host", "deep": [{"password": {"x": "deeper"}}]}}""");
        var reader = await _project.TokenAsync("reader");

        foreach (var secret in new[] { "hunter2", "pin4711", "abc123", "deeper" })
        {
            var query = $"software_deployments?outputs=true&q={secret}";
            Assert.Equal([id], (await _project.SendAsync("GET", query)).Ids());
            Assert.Empty((await _project.SendAsync("GET", query, token: reader)).Ids());
            Assert.Empty((await _project.SendAsync("GET", query + "&format=ndjson", token: reader)).Text);
        }

        Assert.Equal([id], (await _project.SendAsync("GET", "software_deployments?outputs=true&q=sent%20to", token: reader)).Ids());
    }

    [Fact]
    public async Task A_count_is_that_of_all_pages()
    {
        var config = await _project.ConfigAsync();
        for (var number = 0; number < 5; number++)
        {
            await _project.CreateAsync(config, number < 2 ? "web" : "storage", status: "FAILED");
        }

        await AssertAsync("?with_count=true", 5);
        await AssertAsync("?with_count=true&limit=2", 5);
        await AssertAsync("?with_count=true&limit=0", 5);
        await AssertAsync("?with_count=true&server_id=web&limit=1&sort_key=updated_time&sort_dir=desc", 2);
        await AssertAsync("?with_count=true&q=STOR", 3);
        await AssertAsync("?with_count=true&status=COMPLETE", 0);
        Assert.Equal(["software_deployments", "count", "software_deployments_links"], (await _project.ListAsync("?with_count=true&limit=1")).Json.AsObject().Select(member => member.Key));
        Assert.Equal(5, (await _project.AllPagesAsync("?with_count=true&limit=2")).Count);
        Assert.False((await _project.ListAsync("?with_count=false")).Json.AsObject().ContainsKey("count"));

        async Task AssertAsync(string query, int count) => Assert.Equal(count, (await _project.ListAsync(query)).Json["count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("?outputs=true&q=x&wait=1", "outputs: cannot be waited for: leave out wait, or outputs.")]
    [InlineData("?outputs=true&q=x&with_count=true", "with_count: is for a list that is searched as a whole and sent as JSON: leave it out, or outputs and format.")]
    [InlineData("?format=csv&with_count=true", "with_count: is for a list that is searched as a whole and sent as JSON: leave it out, or outputs and format.")]
    [InlineData("?outputs=1&q=x", "outputs: must be true or false.")]
    [InlineData("?format=xml", "format: must be json, csv or ndjson.")]
    [InlineData("?q=x&q=y", "q: takes one value, and is there 2 times.")]
    [InlineData("?server_id~=x&server_id~=y", "server_id~: takes one value, and is there 2 times.")]
    public async Task What_has_no_meaning_is_refused(string query, string sentence) =>
        Assert.Equal(sentence, (await _project.SendAsync("GET", "software_deployments" + query)).AssertRefused(400));

    [Theory]
    [InlineData("server_id~=web")]
    [InlineData("name~=web")]
    [InlineData("action~=CREATE")]
    [InlineData("reason=x")]
    [InlineData("outputs=true")]
    [InlineData("changed_before=2026-11-23")]
    public async Task A_wait_takes_none_of_what_widens_it(string filter) => Assert.StartsWith(
        $"{filter.Split('=')[0]}: unknown; this call takes server_id, config_id, name, action, changed_since, q, ",
        (await _project.SendAsync("GET", "software_deployments/wait?" + filter)).AssertRefused(400), StringComparison.Ordinal);

    [Fact]
    public async Task A_wait_by_a_text_looks_at_servers_alone_as_before()
    {
        var config = await _project.ConfigAsync("""{"name": "needle", "group": "script", "config": "x"}""");
        var id = await _project.CreateAsync(config, "other", status: "FAILED", reason: "needle");
        await _project.CreateAsync(config, "a-needle-server", status: "COMPLETE");

        var answer = await _project.SendAsync("GET", "software_deployments/wait?q=needle");
        Assert.Equal(200, answer.Status);
        Assert.Equal(404, (await _project.SendAsync("GET", $"software_deployments/wait?timeout=1&q={id}")).Status);
        Assert.Equal(new JsonObject { ["IN_PROGRESS"] = 0, ["COMPLETE"] = 1, ["FAILED"] = 0 }.ToJsonString(), answer.Json["counts"]!.ToJsonString());
    }
}
