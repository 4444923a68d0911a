using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Runs;

/// <summary>How runs are asked for, and who sees what of them.</summary>
public sealed class RunRequestTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task The_list_is_paged_from_the_newest_to_the_oldest()
    {
        var id = await _project.DeploymentAsync();
        for (var run = 2; run <= 5; run++)
        {
            await _project.RunAgainAsync(id);
        }

        var (numbers, pages) = (new List<int>(), 0);
        for (var next = $"software_deployments/{id}/runs?limit=2"; next is not null; pages++)
        {
            var answer = await _project.SendAsync("GET", next);
            Assert.Equal(200, answer.Status);
            numbers.AddRange(answer.Json["runs"]!.AsArray().Select(run => run!.Number()));
            next = answer.Json["runs_links"]?[0]!["href"]!.GetValue<string>().Split($"/v1/{_project.Id}/")[1];
            Assert.Equal(next is not null, answer.Headers.ContainsKey("link"));
        }

        Assert.Equal([5, 4, 3, 2, 1], numbers);
        Assert.Equal(3, pages);
        Assert.Empty(await _project.RunsAsync(id, "?limit=0"));
        Assert.Equal([2, 1], (await _project.RunsAsync(id, "?marker=3")).Select(run => run.Number()));
        Assert.Equal(5, (await _project.RunsAsync(id, "?marker=nonsense")).Count);
    }

    [Fact]
    public async Task Large_runs_come_whole_and_page_by_page()
    {
        var id = await _project.DeploymentAsync();
        var text = new string('x', 100_000);
        for (var run = 1; run <= 4; run++)
        {
            await _project.PutAsync(id, $$$"""{"status": "COMPLETE", "output_values": {"number": {{{run}}}, "text": "{{{text}}}"}}""");
            await _project.RunAgainAsync(id);
        }

        Assert.Equal([null, 4, 3, 2, 1], (await _project.RunsAsync(id)).Select(run => run["output_values"]?["number"]!.GetValue<int>()));
        var page = await _project.SendAsync("GET", $"software_deployments/{id}/runs?limit=4");
        Assert.Equal([5, 4, 3, 2], page.Json["runs"]!.AsArray().Select(run => run!.Number()));
        Assert.Contains("marker=2", page.Headers["link"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "has no run 3: its runs are numbered from 1 to 2")]
    [InlineData("0", "has no run 0: its runs are numbered from 1 to 2")]
    [InlineData("-1", "has no run -1: its runs are numbered from 1 to 2")]
    [InlineData("x", "has no run x: its runs are numbered from 1 to 2")]
    [InlineData("99999999999999999999", "has no run 99999999999999999999: its runs are numbered from 1 to 2")]
    public async Task A_run_that_is_none_is_not_found(string number, string message)
    {
        var id = await _project.DeploymentAsync();
        await _project.RunAgainAsync(id);

        var answer = await _project.SendAsync("GET", $"software_deployments/{id}/runs/{number}");

        Assert.Equal((404, $"Deployment with id {id} {message}"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("runs/1")]
    public async Task A_deployment_that_is_none_or_anothers_is_not_found(string path)
    {
        var anothers = await ServiceApp.NewProject().DeploymentAsync();

        var answer = await _project.SendAsync("GET", $"software_deployments/{anothers}/{path}");

        Assert.Equal((404, $"Deployment with id {anothers} not found"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("runs?status=FAILED", "status: unknown; this call takes values, limit, marker.")]
    [InlineData("runs/1?limit=1", "limit: unknown; this call takes values.")]
    [InlineData("runs?values=some&limit=-1", "values: must be true, false or masked; limit: must be a whole number that is not negative.")]
    public async Task A_parameter_that_does_not_fit_is_refused(string path, string message)
    {
        var id = await _project.DeploymentAsync();

        var answer = await _project.SendAsync("GET", $"software_deployments/{id}/{path}");

        Assert.Equal((400, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_reader_sees_no_secret_and_everybody_may_ask_for_that()
    {
        const string config = """{"name": "c", "group": "script", "config": "x", "inputs": [{"name": "license", "hidden": true}, {"name": "release"}]}""";
        var id = await _project.DeploymentAsync(configId: await _project.ConfigAsync(config));
        const string values = """{"license": "hunter2", "release": "7", "db_password": "hunter2"}""";
        await _project.PutAsync(id, $$"""{"status": "FAILED", "input_values": {{values}}, "output_values": {{values}}, "status_reason": "token : hunter2"}""");
        await _project.RunAgainAsync(id);
        await _project.PutAsync(id, """{"action": "ANOTHER", "output_values": {"license": "hunter2"}}""");
        var reader = await _project.TokenAsync("reader");

        const string masked = """{"license": "••••", "release": "7", "db_password": "••••"}""";
        foreach (var path in (string[])["runs", "runs/1"])
        {
            var forReader = await _project.SendAsync("GET", $"software_deployments/{id}/{path}", token: reader);
            Assert.Contains($"\"output_values\":{masked}", forReader.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", forReader.Text, StringComparison.Ordinal);
            Assert.Contains(values, (await _project.SendAsync("GET", $"software_deployments/{id}/{path}")).Text, StringComparison.Ordinal);
            Assert.Contains(masked, (await _project.SendAsync("GET", $"software_deployments/{id}/{path}?values=masked")).Text, StringComparison.Ordinal);
            Assert.DoesNotContain("release", (await _project.SendAsync("GET", $"software_deployments/{id}/{path}?values=false")).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_deleted_config_had_hidden_is_still_hidden()
    {
        const string config = """{"name": "c", "group": "script", "config": "x", "inputs": [{"name": "license", "hidden": true}]}""";
        var first = await _project.ConfigAsync(config);
        var answer = await _project.SendAsync("POST", "software_deployments",
            $$"""{"config_id": "{{first}}", "server_id": "a-server", "input_values": {"license": "hunter2", "release": ["7"] } }""");
        var id = answer.Json["software_deployment"]!["id"]!.GetValue<string>();
        await _project.PutAsync(id, $$"""{"config_id": "{{await _project.ConfigAsync()}}"}""");

        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_configs/{first}")).Status);

        var run = await _project.RunAsync(id, 1, token: await _project.TokenAsync("reader"));
        Assert.Equal(first, run.Field("config_id"));
        Assert.Equal("""{"license":"••••","release":"••••"}""", run["input_values"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("hunter2", (await _project.RunAsync(id, 1))["input_values"]!["license"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_agent_sees_the_runs_of_its_server_alone()
    {
        var id = await _project.DeploymentAsync();

        Assert.Single(await _project.RunsAsync(id, token: await _project.TokenAsync("agent", "a-server")));
        Assert.Equal(403, (await _project.SendAsync("GET", $"software_deployments/{id}/runs", token: await _project.TokenAsync("agent", "another"))).Status);
        Assert.Equal(403, (await _project.SendAsync("GET", $"software_deployments/{id}/runs/1", token: await _project.TokenAsync("agent", "another"))).Status);
    }
}
