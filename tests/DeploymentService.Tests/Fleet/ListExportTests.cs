using System.Text.Json.Nodes;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Fleet;

/// <summary>Lists as tables and as lines.</summary>
public sealed class ListExportTests
{
    private const string Columns = "id,server_id,config_id,config_name,action,status,status_reason,creation_time,updated_time,timeout,overdue";
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task A_table_has_a_row_for_each_that_fits_and_no_formula()
    {
        var config = await _project.ConfigAsync("""{"name": "=HYPERLINK(\"http://x\")", "group": "script", "config": "x"}""");
        var first = await _project.CreateAsync(config, "+web,1", "-CREATE", "FAILED", "@a \"quoted\"\r\nline");
        await _project.CreateAsync(config, "other", status: "COMPLETE");
        var shown = (await _project.ListAsync("?limit=1")).Json["software_deployments"]![0]!;

        var answer = await _project.ListAsync("?format=csv&status=FAILED");

        Assert.Equal("text/csv; charset=utf-8; header=present", answer.Headers["content-type"]);
        Assert.Equal("attachment; filename=software_deployments.csv", answer.Headers["content-disposition"]);
        Assert.Equal(
            $"{Columns}\r\n{first},\"'+web,1\",{config},\"'=HYPERLINK(\"\"http://x\"\")\",'-CREATE,FAILED,\"'@a \"\"quoted\"\"\r\nline\",{shown["creation_time"]},,,\r\n",
            answer.Text);
        Assert.Equal(Columns + "\r\n", (await _project.ListAsync("?format=csv&status=IN_PROGRESS")).Text);
    }

    [Fact]
    public async Task Values_and_details_are_in_a_table_when_they_are_asked_for()
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "a");
        await _project.UpdateAsync(id, """{"output_values": {"a": "b,c"}, "status": "COMPLETE"}""");

        var values = (await _project.ListAsync("?format=csv&values=true")).Text.Split("\r\n");
        Assert.Equal(Columns + ",input_values,output_values", values[0]);
        Assert.EndsWith(",,,,\"{\"\"a\"\": \"\"b,c\"\"}\"", values[1], StringComparison.Ordinal);
        var details = (await _project.ListAsync("?format=csv&detail=true")).Text.Split("\r\n");
        Assert.Equal(Columns + ",execution,deadline,fetched_time,waiting_for", details[0]);
        Assert.EndsWith(",1,,,", details[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_the_elements_of_the_list()
    {
        var config = await _project.ConfigAsync("""{"name": "web", "group": "script", "config": "x"}""");
        foreach (var server in new[] { "a", "b", "c" })
        {
            await _project.UpdateAsync(await _project.CreateAsync(config, server), """{"output_values": {"a": "b\nc"}}""");
        }

        foreach (var query in new[] { "?sort_dir=desc", "?detail=true", "?values=false&limit=2", "?q=A&outputs=true" })
        {
            var list = (await _project.ListAsync(query)).Json["software_deployments"]!.AsArray();
            var lines = await _project.ListAsync(query + "&format=ndjson");

            Assert.Equal("application/x-ndjson", lines.Headers["content-type"]);
            Assert.EndsWith("}\n", lines.Text, StringComparison.Ordinal);
            Assert.Equal(list.Select(Named), lines.Text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.ToJsonString()));
        }

        static string Named(JsonNode? view)
        {
            var named = view!.DeepClone().AsObject();
            if (!named.ContainsKey("config_name"))
            {
                named["config_name"] = "web";
            }

            return named.ToJsonString();
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task An_export_has_all_and_one_with_a_limit_says_where_it_goes_on(string format)
    {
        var config = await _project.ConfigAsync();
        // Larger than a piece.
        for (var number = 0; number < 400; number++)
        {
            await _project.CreateAsync(config, $"server-{number}", reason: new string('x', 300));
        }

        var whole = await _project.ListAsync($"?format={format}");
        Assert.DoesNotContain("link", whole.Headers.Keys);
        Assert.Equal(400, Count(whole));
        var first = await _project.ListAsync($"?format={format}&limit=150&sort_key=updated_time&sort_dir=desc");
        var second = await _project.FollowAsync(Next(first));
        var third = await _project.FollowAsync(Next(second));
        Assert.Equal((150, 150, 100), (Count(first), Count(second), Count(third)));
        Assert.DoesNotContain("link", third.Headers.Keys);
        for (var number = 0; number < 400; number++)
        {
            Assert.Contains($"server-{399 - number}\"".TrimEnd(format == "csv" ? '"' : '\0'), new[] { first, second, third }[number / 150].Text, StringComparison.Ordinal);
        }

        static int Count(Answer answer) => answer.Text.Split('\n').Count(line => line.Contains("server-", StringComparison.Ordinal));

        static string Next(Answer answer) => answer.Headers["link"].Split('<', '>')[1];
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task A_reader_exports_what_a_reader_sees(string format)
    {
        var config = await _project.ConfigAsync();
        var id = await _project.CreateAsync(config, "a", status: "FAILED", reason: "password=hunter2 was refused");
        await _project.UpdateAsync(id, """{"output_values": {"token": "hunter2"}}""");
        var reader = await _project.TokenAsync("reader");

        var forReader = await _project.SendAsync("GET", $"software_deployments?format={format}&values=true&detail=true", token: reader);
        Assert.Contains("password=•••• was refused", forReader.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
        Assert.Contains("hunter2", (await _project.SendAsync("GET", $"software_deployments?format={format}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await _project.SendAsync("GET", $"software_deployments?format={format}&q=hunter2", token: reader)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_what_comes_without_a_word()
    {
        await _project.DeploymentAsync();

        Assert.Equal((await _project.ListAsync("?detail=true")).Text, (await _project.ListAsync("?detail=true&format=json")).Text);
        Assert.Equal(403, (await _project.SendAsync("GET", "software_deployments?format=csv", token: await ServiceApp.NewProject().MemberTokenAsync())).Status);
    }
}
