using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deployments;

/// <summary>Who says which state he has seen changes no other.</summary>
public sealed class IfMatchTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Every_answer_with_a_deployment_has_the_tag_of_its_state()
    {
        var created = await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{await _project.ConfigAsync()}}", "server_id": "a-server"}""");
        var id = created.Json["software_deployment"]!["id"]!.GetValue<string>();
        Assert.Equal(Tag(created), await TagAsync(id));

        var seen = new HashSet<string> { Tag(created) };
        foreach (var (method, path, body) in new[]
        {
            ("PUT", "", """{"status_reason": "half of it"}"""),
            ("PUT", "", "{}"),
            ("POST", "/signal", "{}"),
            ("POST", "/run", "{}"),
        })
        {
            var changed = await _project.SendAsync(method, $"software_deployments/{id}{path}", body);
            Assert.Equal(Tag(changed), await TagAsync(id));
            Assert.True(seen.Add(Tag(changed)));
        }
    }

    [Fact]
    public async Task A_fetch_is_no_other_state()
    {
        var id = await _project.DeploymentAsync();
        var tag = await TagAsync(id);

        await (await Agent.OfAsync(_project)).EntryAsync();
        await Deadlines.TimedDeployments.UntilAsync(_project, id, "fetched");

        Assert.Equal(tag, await TagAsync(id));
        Assert.Equal(200, (await PutAsync(id, tag)).Status);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("W/\"1\"")]
    [InlineData("*")]
    [InlineData("\"7\", \"1\"")]
    [InlineData("\"7\",W/\"1\" , \"9\"")]
    [InlineData("\"of-another-service\", \"1\"")]
    [InlineData("\"with, a comma\", \"1\"")]
    [InlineData("rubbish, \"1\"")]
    [InlineData("\"1.r\"")]
    [InlineData("W/\"1.0123456789abcdef\"")]
    public async Task A_tag_of_its_state_lets_the_update_through(string tags)
    {
        var id = await _project.DeploymentAsync();
        Assert.Equal("\"1\"", await TagAsync(id));

        var answer = await PutAsync(id, tags);

        Assert.Equal(200, answer.Status);
        Assert.Equal("\"2\"", Tag(answer));
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"3\"")]
    [InlineData("\"1\", \"3\"")]
    [InlineData("2")]
    [InlineData("\"2")]
    [InlineData("\"of-another-service\"")]
    [InlineData("\"\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"1.r\"")]
    [InlineData("\"3.2\"")]
    [InlineData("\".2\"")]
    [InlineData("\" 2\"")]
    [InlineData("*, \"1\"")]
    [InlineData("*, rubbish")]
    [InlineData("rubbish, *")]
    [InlineData("\"x, \"2\"")]
    public async Task Any_other_changes_nothing(string tags)
    {
        var id = await _project.DeploymentAsync();
        await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status_reason": "moved on"}""");
        var before = await _project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal("\"2\"", Tag(before));

        var put = await PutAsync(id, tags);
        var delete = await _project.SendWithAsync(("If-Match", tags), "DELETE", $"software_deployments/{id}");

        foreach (var answer in new[] { put, delete })
        {
            Assert.Equal($"Deployment with id {id} is no longer in the state that If-Match names: show it again and decide anew.", answer.AssertRefused(412));
        }

        var after = await _project.SendAsync("GET", $"software_deployments/{id}");
        Assert.Equal((before.Text, Tag(before)), (after.Text, Tag(after)));
        Assert.Equal("created update", await Deadlines.TimedDeployments.KindsAsync(_project, id));
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("*")]
    [InlineData("W/\"1\"")]
    public async Task A_tag_of_its_state_lets_the_deletion_through(string tags)
    {
        var id = await _project.DeploymentAsync();

        Assert.Equal(204, (await _project.SendWithAsync(("If-Match", tags), "DELETE", $"software_deployments/{id}")).Status);

        Assert.Equal(404, (await _project.SendAsync("GET", $"software_deployments/{id}")).Status);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("*")]
    public async Task A_deployment_that_is_not_there_is_not_found(string tags)
    {
        var gone = await _project.DeploymentAsync();
        Assert.Equal(204, (await _project.SendAsync("DELETE", $"software_deployments/{gone}")).Status);

        Assert.Equal(404, (await PutAsync(gone, tags)).Status);
        Assert.Equal(404, (await _project.SendWithAsync(("If-Match", tags), "DELETE", $"software_deployments/{gone}")).Status);
    }

    [Fact]
    public async Task A_tag_opens_no_door()
    {
        var id = await _project.DeploymentAsync();
        var stranger = await _project.TokenAsync("agent", "another-server");

        Assert.Equal(403, (await _project.SendWithAsync(("If-Match", "\"1\""), "PUT", $"software_deployments/{id}", "{}", stranger)).Status);
        // Nor does a wrong one tell whether it is wrong.
        Assert.Equal(403, (await _project.SendWithAsync(("If-Match", "\"7\""), "PUT", $"software_deployments/{id}", "{}", stranger)).Status);
        Assert.Equal(400, (await _project.SendWithAsync(("If-Match", "\"1\""), "PUT", $"software_deployments/{id}", """{"status": "DONE"}""")).Status);
        Assert.Equal("\"1\"", await TagAsync(id));
    }

    [Fact]
    public async Task Of_many_updates_with_one_tag_exactly_one_wins()
    {
        var id = await _project.DeploymentAsync();
        var tag = await TagAsync(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => _project.SendWithAsync(
            ("If-Match", tag), "PUT", $"software_deployments/{id}", $$"""{"status_reason": "writer {{number}}"}""")));

        var winner = Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(19, answers.Count(answer => answer.Status == 412));
        Assert.Equal(winner.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);
        Assert.Equal("\"2\"", await TagAsync(id));
    }

    [Fact]
    public async Task Of_a_deletion_and_an_update_with_one_tag_one_wins()
    {
        var id = await _project.DeploymentAsync();

        var answers = await Task.WhenAll(PutAsync(id, "\"1\""), _project.SendWithAsync(("If-Match", "\"1\""), "DELETE", $"software_deployments/{id}"));

        Assert.True(answers.Select(answer => answer.Status).ToArray() is [200, 412] or [404, 204]);
    }

    private Task<Answer> PutAsync(string id, string tags) =>
        _project.SendWithAsync(("If-Match", tags), "PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");

    private async Task<string> TagAsync(string id) => Tag(await _project.SendAsync("GET", $"software_deployments/{id}"));

    private static string Tag(Answer answer) => answer.Headers["etag"];
}
