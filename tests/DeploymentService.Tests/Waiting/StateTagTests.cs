using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Waiting;

/// <summary>The tag of a state: what carries it, and waiting for another one.</summary>
public sealed class StateTagTests(WaitingRoom room) : IClassFixture<WaitingRoom>
{
    private readonly Project _project = room.NewProject();

    [Fact]
    public async Task Every_answer_with_a_deployment_has_the_tag_of_its_state()
    {
        var config = await _project.ConfigAsync();
        var created = await _project.SendAsync("POST", "software_deployments", $$"""{"config_id": "{{config}}", "server_id": "a-server"}""");
        var path = $"software_deployments/{created.String("software_deployment", "id")}";
        var tags = new List<string> { await SameAsync(created) };
        tags.Add(await SameAsync(await _project.SendAsync("PUT", path, """{"status_reason": "a"}""")));
        tags.Add(await SameAsync(await _project.SendAsync("PUT", path, "{}")));
        tags.Add(await SameAsync(await _project.SendAsync("POST", $"{path}/signal", """{"deploy_status_code": 0}""")));
        tags.Add(await SameAsync(await _project.SendAsync("POST", $"{path}/run")));
        Assert.Equal(tags.Distinct(), tags);

        // A poll of the agent changes nothing that was told.
        await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: await _project.TokenAsync("agent", "a-server"));
        Assert.Equal(tags[^1], (await _project.GetAsync(path)).Headers["etag"]);

        async Task<string> SameAsync(Answer answer)
        {
            var tag = answer.Headers["etag"];
            Assert.Matches("^\"[^\"]+\"$", tag);
            foreach (var query in new[] { "", "?detail=true", "?wait=0" })
            {
                Assert.Equal(tag, (await _project.GetAsync(path + query)).Headers["etag"]);
            }

            return tag;
        }
    }

    [Theory]
    [InlineData("$TAG", 304)]
    [InlineData("W/$TAG", 304)]
    [InlineData("\"x\", $TAG", 304)]
    [InlineData("*", 304)]
    [InlineData("\"x\"", 200)]
    [InlineData("\"999\"", 200)]
    [InlineData("1", 200)]
    [InlineData("\"\"", 200)]
    public async Task A_state_that_is_known_is_not_sent_again(string header, int status)
    {
        var path = $"software_deployments/{await _project.DeploymentAsync()}";
        var tag = (await _project.GetAsync(path)).Headers["etag"];

        foreach (var query in new[] { "", "?detail=true", "?wait=0" })
        {
            var answer = await _project.GetAsync(path + query, header.Replace("$TAG", tag, StringComparison.Ordinal));

            Assert.Equal(status, answer.Status);
            Assert.Equal(tag, answer.Headers["etag"]);
            Assert.Equal(status == 304, answer.Text.Length == 0);
        }
    }

    [Fact]
    public async Task A_wait_with_a_tag_ends_with_any_change()
    {
        var deployment = await _project.DeploymentAsync();
        var path = $"software_deployments/{deployment}";
        var tag = (await _project.GetAsync(path)).Headers["etag"];
        foreach (var (method, what, body) in new[]
        {
            ("PUT", "", """{"status_reason": "a"}"""), ("PUT", "", """{"status": "COMPLETE"}"""), ("POST", "/run", "{}"),
            ("POST", "/signal", """{"deploy_status_code": 1}"""), ("PUT", "", """{"output_values": {"a": 1}}"""),
        })
        {
            var waiting = _project.GetAsync($"{path}?wait=60", tag);
            await room.Clock.WaitersAsync();
            var changed = await _project.SendAsync(method, path + what, body);

            var answer = await waiting.PromptlyAsync();
            Assert.Equal(200, answer.Status);
            Assert.Equal(changed.Headers["etag"], answer.Headers["etag"]);
            Assert.NotEqual(tag, answer.Headers["etag"]);
            tag = answer.Headers["etag"];
        }
    }

    [Fact]
    public async Task A_state_that_has_passed_is_answered_at_once()
    {
        var deployment = await _project.DeploymentAsync();
        var tag = (await _project.GetAsync($"software_deployments/{deployment}")).Headers["etag"];
        await _project.UpdateAsync(deployment, """{"status_reason": "a"}""");

        Assert.Equal("IN_PROGRESS", (await _project.GetAsync($"software_deployments/{deployment}?wait=300", tag).PromptlyAsync()).Status());
    }

    [Fact]
    public async Task Without_a_change_it_ends_with_304_also_at_the_end()
    {
        var deployment = await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: "COMPLETE");
        var tag = (await _project.GetAsync($"software_deployments/{deployment}")).Headers["etag"];
        var waiting = _project.GetAsync($"software_deployments/{deployment}?wait=10", tag);
        await room.Clock.WaitersAsync();

        room.Clock.Advance(TimeSpan.FromSeconds(11));

        var answer = await waiting.PromptlyAsync();
        Assert.Equal(304, answer.Status);
        Assert.Equal(tag, answer.Headers["etag"]);
    }

    [Fact]
    public async Task What_is_no_change_of_the_state_wakes_nobody()
    {
        var deployment = await _project.DeploymentAsync();
        var path = $"software_deployments/{deployment}";
        var tag = (await _project.GetAsync(path)).Headers["etag"];
        var waiting = _project.GetAsync($"{path}?wait=60", tag);
        await room.Clock.WaitersAsync();

        await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: await _project.TokenAsync("agent", "a-server"));
        (await _project.SendAsync("PUT", path, "no json")).AssertRefused(400);
        Assert.False(waiting.IsCompleted);

        await _project.UpdateAsync(deployment, "{}");
        Assert.Equal(200, (await waiting.PromptlyAsync()).Status);
    }
}
