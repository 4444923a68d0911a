using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Waiting;

/// <summary>The tag of a state: what carries it, and waiting for another one.</summary>
public sealed class StateTagTests(WaitFixture room) : IClassFixture<WaitFixture>
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
        Assert.Equal(["\"1\"", "\"2\"", "\"3\"", "\"4\"", "\"5\""], tags);

        // A poll of the agent changes nothing that was told.
        await _project.SendAsync("GET", "software_deployments/metadata/a-server", token: await _project.TokenAsync("agent", "a-server"));
        Assert.Equal(tags[^1], (await _project.GetAsync(path)).Headers["etag"]);

        async Task<string> SameAsync(Answer answer)
        {
            var tag = answer.Headers["etag"];
            var reader = await _project.TokenAsync("reader");
            Assert.Equal(tag, (await _project.GetAsync(path)).Headers["etag"]);
            Assert.Equal(tag.Insert(tag.Length - 1, ".r"), (await _project.GetAsync(path, token: reader)).Headers["etag"]);
            foreach (var query in new[] { "?detail=true", "?wait=0" })
            {
                var seen = (await _project.GetAsync(path + query)).Headers["etag"];
                Assert.Matches($"^{tag[..^1]}\\.[0-9a-f]{{16}}\"$", seen);
                Assert.NotEqual(seen, (await _project.GetAsync(path + query, token: reader)).Headers["etag"]);
            }

            return tag;
        }
    }

    [Theory]
    [InlineData("$TAG", 304)]
    [InlineData("W/$TAG", 304)]
    [InlineData("\"x\", $TAG", 304)]
    [InlineData("\"x\",W/$TAG,\"y\"", 304)]
    [InlineData("\"with, a comma\" , $TAG", 304)]
    [InlineData(", ,$TAG,", 304)]
    [InlineData("rubbish, $TAG", 304)]
    [InlineData("W/, \"open, $TAG", 200)]
    [InlineData("*", 304)]
    [InlineData(" * ", 304)]
    [InlineData("*, \"x\"", 200)]
    [InlineData("\"*\"", 200)]
    [InlineData("\"x\"", 200)]
    [InlineData("\"999\"", 200)]
    [InlineData("1", 200)]
    [InlineData("\"1", 200)]
    [InlineData("\"1.\"", 200)]
    [InlineData("\"1.x\"", 200)]
    [InlineData("w/$TAG", 304)]
    [InlineData("$TAG-x", 200)]
    [InlineData("\"\"", 200)]
    public async Task What_is_known_is_not_sent_again(string header, int status)
    {
        var path = $"software_deployments/{await _project.DeploymentAsync()}";
        foreach (var token in new[] { await _project.MemberTokenAsync(), await _project.TokenAsync("reader") })
        {
            foreach (var query in new[] { "", "?detail=true", "?wait=0", "?detail=true&wait=0" })
            {
                var tag = (await _project.GetAsync(path + query, token: token)).Headers["etag"];

                var answer = await _project.GetAsync(path + query, header.Replace("$TAG", tag, StringComparison.Ordinal), token);

                Assert.Equal(status, answer.Status);
                Assert.Equal(tag, answer.Headers["etag"]);
                Assert.Equal("no-store", answer.Headers["cache-control"]);
                Assert.Equal(status == 304, answer.Text.Length == 0);
            }
        }
    }

    [Fact]
    public async Task A_reader_is_never_told_that_what_a_member_saw_is_good()
    {
        var config = await _project.ConfigAsync();
        var created = await _project.SendAsync(
            "POST", "software_deployments", $$"""{"input_values": {"db_password": "hunter2"}, "config_id": "{{config}}", "server_id": "a-server"}""");
        var path = $"software_deployments/{created.String("software_deployment", "id")}";
        var reader = await _project.TokenAsync("reader");
        foreach (var query in new[] { "", "?detail=true", "?wait=0" })
        {
            var members = await _project.GetAsync(path + query);
            var readers = await _project.GetAsync(path + query, token: reader);
            foreach (var tag in new[] { members.Headers["etag"], created.Headers["etag"] })
            {
                var answer = await _project.GetAsync(path + query, tag, reader);
                Assert.Equal((200, readers.Text), (answer.Status, answer.Text));
                Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
            }

            Assert.Equal(200, (await _project.GetAsync(path + query, readers.Headers["etag"])).Status);
        }
    }

    [Theory]
    [InlineData("?detail=true")]
    [InlineData("?wait=0")]
    [InlineData("?detail=true&wait=0")]
    public async Task Details_that_changed_are_sent_again(string query)
    {
        var path = $"software_deployments/{await _project.DeploymentAsync()}";
        var before = await _project.GetAsync(path + query);
        Assert.Equal(304, (await _project.GetAsync(path + query, before.Headers["etag"])).Status);

        await (await Agents.Agent.OfAsync(_project, "a-server")).PollAsync();

        var after = await _project.GetAsync(path + query, before.Headers["etag"]);
        Assert.Equal(200, after.Status);
        Assert.NotEqual(before.String("software_deployment", "waiting_for"), after.String("software_deployment", "waiting_for"));
        // The state is the same, which is all that a change is guarded by.
        Assert.Equal(before.Headers["etag"].Split('.')[0], after.Headers["etag"].Split('.')[0]);
        Assert.Equal(200, (await _project.SendWithAsync(("If-Match", before.Headers["etag"]), "PUT", path, "{}")).Status);
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
            Assert.StartsWith(changed.Headers["etag"][..^1] + ".", answer.Headers["etag"], StringComparison.Ordinal);
            // What is known may be an answer with details, or one without.
            tag = tag.Contains('.', StringComparison.Ordinal) ? changed.Headers["etag"] : answer.Headers["etag"];
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

    [Theory]
    [InlineData("")]
    [InlineData("?wait=0")]
    public async Task Without_a_change_it_ends_with_304_also_at_the_end(string query)
    {
        var deployment = await _project.CreateAsync(await _project.ConfigAsync(), "a-server", status: "COMPLETE");
        var tag = (await _project.GetAsync($"software_deployments/{deployment}{query}")).Headers["etag"];
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
