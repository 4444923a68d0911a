using System.Text;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Agents;

/// <summary>Outputs are stored and shown whole, whatever a script has printed: agents send up to 950,000 characters of each.</summary>
public sealed class LargeOutputTests
{
    private const int Longest = 950_000;

    private readonly Project _project = ServiceApp.NewProject();

    [Fact]
    public async Task Two_of_the_largest_outputs_with_every_character_escaped_come_back_as_they_were_sent()
    {
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var output = new StringBuilder().Insert(0, "\\u00e9", Longest).ToString();

        Assert.Equal(200, (await agent.SignalAsync($$"""{"deploy_stdout": "{{output}}", "deploy_stderr": "{{output}}", "deploy_status_code": 0}""")).Status);

        var shown = await _project.SendAsync("GET", $"software_deployments/{deployment}");
        Assert.Contains($"\"deploy_stdout\":\"{output}\",\"deploy_stderr\":\"{output}\"", shown.Text, StringComparison.Ordinal);
        Assert.Equal(new string('é', Longest), shown.Json["software_deployment"]!["output_values"]!["deploy_stdout"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_report_may_have_16_MiB_and_no_more()
    {
        const int limit = 16 * 1024 * 1024;
        const string frame = """{"deploy_stdout": ""}""";
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);
        var url = Agent.SignalUrl(await agent.EntryAsync());

        var refused = await agent.SendAsync("PUT", url, frame.Insert(frame.Length - 2, new string('x', limit - frame.Length + 1)));
        Assert.Equal(400, refused.Status);
        Assert.Equal($"Request limit exceeded: JSON body size ({limit + 1} bytes) exceeds maximum allowed size ({limit} bytes).", refused.Message);

        Assert.Equal(200, (await agent.SendAsync("PUT", url, frame.Insert(frame.Length - 2, new string('x', limit - frame.Length)))).Status);
        var shown = await _project.SendAsync("GET", $"software_deployments/{deployment}");
        Assert.Equal(limit - frame.Length, shown.Json["software_deployment"]!["output_values"]!["deploy_stdout"]!.GetValue<string>().Length);
    }

    [Fact]
    public async Task What_becomes_much_longer_when_it_is_repaired_is_refused()
    {
        var deployment = await _project.DeploymentAsync();

        // Each becomes six characters.
        var answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", $$"""{"deploy_stdout": "{{new string('\e', 8 * 1024 * 1024)}}"}""");
        Assert.Equal("Request limit exceeded: the JSON body would have more than 33554432 bytes when it is repaired.", answer.AssertRefused(400));

        answer = await _project.SendAsync("POST", $"software_deployments/{deployment}/signal", $$"""{"deploy_stdout": "{{new string('\e', 5 * 1024 * 1024)}}"}""");
        Assert.Equal(new string('\e', 5 * 1024 * 1024), answer.Json["software_deployment"]!["output_values"]!["deploy_stdout"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(10_000, 200)]
    [InlineData(10_001, 400)]
    public async Task An_object_may_have_10_000_members(int count, int status)
    {
        var deployment = await _project.DeploymentAsync();
        var body = $"{{{string.Join(',', Enumerable.Range(0, count).Select(number => $"\"{number}\":0"))}}}";

        foreach (var (method, path) in new[] { ("PUT", ""), ("POST", "/signal") })
        {
            Assert.Equal(status, (await _project.SendAsync(method, $"software_deployments/{deployment}{path}", body)).Status);
        }
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_marked_and_does_not_cost_the_report()
    {
        var deployment = await _project.DeploymentAsync();
        var agent = await Agent.OfAsync(_project);

        Assert.Equal(200, (await agent.SignalAsync("""{"deploy_stdout": "a\\ud83d \udc80b \ud83d\ude80 \ud83d", "deploy_status_code": 0}""")).Status);

        var shown = (await _project.SendAsync("GET", $"software_deployments/{deployment}")).Json["software_deployment"]!;
        Assert.Equal("COMPLETE", shown["status"]!.GetValue<string>());
        Assert.Equal("a\\ud83d \ufffdb \U0001F680 \ufffd", shown["output_values"]!["deploy_stdout"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_update_keeps_its_own_limit()
    {
        var deployment = await _project.DeploymentAsync();

        var answer = await _project.SendAsync("PUT", $"software_deployments/{deployment}", $$"""{"status_reason": "{{new string('x', 1024 * 1024)}}"}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains("(1048576 bytes)", answer.Message, StringComparison.Ordinal);
    }
}
