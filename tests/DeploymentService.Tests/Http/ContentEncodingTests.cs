using System.Text;
using DeploymentService.Tests.Agents;
using DeploymentService.Tests.Events;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Http;

/// <summary>A body that is coded in a way that nothing here undoes is refused by the name of the coding, and not taken for broken JSON.</summary>
public sealed class ContentEncodingTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("x-gzip", "x-gzip")]
    [InlineData("utf-8", "utf-8")]
    [InlineData("identity, deflate", "deflate")]
    [InlineData("identity\r\nContent-Encoding: zstd", "zstd")]
    public async Task Another_coding_than_none_is_named(string header, string name)
    {
        var id = await _project.DeploymentAsync();
        foreach (var target in new[]
        {
            "POST software_configs", "POST software_deployments", $"PUT software_deployments/{id}", "POST tokens", "POST validate", "POST servers/s/agent_url", "POST /v3/auth/tokens",
        })
        {
            var answer = await SendAsync(target, header);

            var message = answer.AssertRefusedAsIn(target);
            Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
            Assert.Equal("identity", answer.Headers["accept-encoding"]);
        }
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("IDENTITY")]
    [InlineData("identity, identity")]
    [InlineData("")]
    public async Task A_body_as_it_is_may_say_so(string header) => Assert.Equal(200, (await SendAsync("POST software_configs", header)).Status);

    [Fact]
    public async Task A_report_that_is_coded_is_refused_and_in_the_history_whichever_way_it_came()
    {
        var id = await _project.DeploymentAsync("a-server");
        var agent = await Agent.OfAsync(_project, "a-server");
        var byUrl = new Uri(Agent.SignalUrl(await agent.EntryAsync())).AbsolutePath;

        foreach (var target in new[] { $"PUT software_deployments/{id}", $"POST software_deployments/{id}/signal", $"POST {byUrl}" })
        {
            Assert.Contains("'gzip'", (await SendAsync(target, "gzip")).AssertRefused(415), StringComparison.Ordinal);
        }

        var refused = (await _project.HistoryAsync(id)).Where(evt => evt.Kind() == "refused").ToList();
        Assert.Equal(3, refused.Count);
        Assert.All(refused, evt => Assert.Contains("'gzip'", evt.Reason(), StringComparison.Ordinal));
    }

    private async Task<Answer> SendAsync(string target, string coding)
    {
        var (method, path) = (target.Split(' ')[0], target.Split(' ')[1]);
        return await _project.App.SendRawAsync(
            method, path[0] == '/' ? path : $"/v1/{_project.Id}/{path}",
            [$"X-Auth-Token: {ServiceApp.AdminToken}", "Content-Type: application/json", $"Content-Encoding: {coding}"], Encoding.UTF8.GetBytes("{}"));
    }
}

internal static class CodingAnswers
{
    /// <summary>415 in the shape of the path: below <c>/v3</c> it is Keystone's.</summary>
    public static string AssertRefusedAsIn(this Answer answer, string target)
    {
        if (!target.Contains("/v3", StringComparison.Ordinal))
        {
            return answer.AssertRefused(415);
        }

        Assert.Equal(415, answer.Status);
        return answer.Message;
    }
}
