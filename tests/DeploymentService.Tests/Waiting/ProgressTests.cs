using DeploymentService.Tests.Fleet;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Waiting;

/// <summary>A wait that tells how it goes on, line by line.</summary>
public sealed class ProgressTests(WaitFixture room) : IClassFixture<WaitFixture>
{
    private readonly Project _project = room.NewProject();

    [Fact]
    public async Task A_line_comes_when_counts_change_and_when_nothing_came_for_15_seconds_and_the_last_has_the_outcome()
    {
        var config = await _project.ConfigAsync();
        var first = await _project.CreateAsync(config, "s1");
        var second = await _project.CreateAsync(config, "s2");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{_project.Id}/software_deployments/wait?config_id={config}&progress=true&timeout=300");
        request.Headers.Add("X-Auth-Token", await _project.MemberTokenAsync());
        using var client = _project.App.CreateDefaultClient();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        async Task<string?> NextAsync(TimeSpan step)
        {
            var line = lines.ReadLineAsync();
            // The clock goes on until somebody who looks has looked.
            while (!line.IsCompleted)
            {
                room.Clock.Advance(step);
                await Task.WhenAny(line, Task.Delay(20));
            }

            return await line;
        }

        Assert.Equal((200, "application/x-ndjson", "no"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("X-Accel-Buffering").Single()));
        Assert.Equal("""{"counts":{"IN_PROGRESS":2,"COMPLETE":0,"FAILED":0}}""", await NextAsync(TimeSpan.Zero));
        await _project.UpdateAsync(first, """{"status": "COMPLETE"}""");
        Assert.Equal("""{"counts":{"IN_PROGRESS":1,"COMPLETE":1,"FAILED":0}}""", await NextAsync(TimeSpan.FromSeconds(1)));
        // Nothing has changed, and still a line comes.
        Assert.Equal("""{"counts":{"IN_PROGRESS":1,"COMPLETE":1,"FAILED":0}}""", await NextAsync(TimeSpan.FromSeconds(1)));
        await _project.UpdateAsync(second, """{"status": "FAILED", "status_reason": "no disk"}""");
        var last = await NextAsync(TimeSpan.Zero);
        Assert.StartsWith("""{"outcome":409,"message":"Of 2 deployments, 1 FAILED, 1 COMPLETE, 0 IN_PROGRESS.","counts":{"IN_PROGRESS":0,"COMPLETE":1,"FAILED":1},"failures":[{"id":""", last, StringComparison.Ordinal);
        Assert.Null(await lines.ReadLineAsync());
    }

    [Theory]
    [InlineData("COMPLETE", 200)]
    [InlineData("FAILED", 409)]
    public async Task What_has_ended_already_is_one_line(string status, int outcome)
    {
        var config = await _project.ConfigAsync();
        await _project.CreateAsync(config, "s1", status: status, reason: "because");

        var answer = await _project.GetAsync($"software_deployments/wait?config_id={config}&progress=true").PromptlyAsync();

        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.Headers["content-type"]));
        Assert.Equal(outcome, answer.Json["outcome"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("config_id=3d5ec2a8-7004-43b6-a7f6-542bdbe9d434", 404)]
    [InlineData("confg_id=x", 400)]
    [InlineData("config_id=", 400)]
    [InlineData("progress=maybe", 400)]
    public async Task What_is_wrong_with_the_question_keeps_its_status(string query, int status)
    {
        var answer = await _project.GetAsync($"software_deployments/wait?progress=true&{query}").PromptlyAsync();

        Assert.Equal((status, "application/json"), (answer.Status, answer.Headers["content-type"]));
    }
}
