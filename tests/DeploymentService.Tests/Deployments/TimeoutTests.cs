using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Deployments;

/// <summary>The field <c>timeout</c>, and what is shown of it. What becomes of it is in <see cref="Deadlines"/>.</summary>
public sealed class TimeoutTests
{
    private readonly Project _project = ServiceApp.NewProject();

    [Theory]
    [InlineData("1", 1)]
    [InlineData("31536000", 31_536_000)]
    public async Task It_is_shown_behind_heats_keys_wherever_the_deployment_is(string timeout, long shown)
    {
        var created = await CreateAsync(timeout);

        Assert.Equal(200, created.Status);
        Assert.EndsWith($",\"updated_time\":null,\"timeout\":{shown},\"overdue\":false}}}}", created.Text, StringComparison.Ordinal);
        var deployment = created.Text["{\"software_deployment\":".Length..^1];
        var id = created.Json["software_deployment"]!["id"]!.GetValue<string>();
        Assert.Equal(created.Text, (await _project.SendAsync("GET", $"software_deployments/{id}")).Text);
        Assert.Contains(deployment, (await _project.SendAsync("GET", "software_deployments")).Text, StringComparison.Ordinal);
        var updated = await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");
        Assert.EndsWith($",\"timeout\":{shown},\"overdue\":false}}}}", updated.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("null")]
    public async Task Without_one_the_answer_is_heats(string timeout)
    {
        var created = await CreateAsync(timeout);

        Assert.Equal(200, created.Status);
        Assert.EndsWith(",\"updated_time\":null}}", created.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1", "must be a whole number of seconds from 0 to 31536000")]
    [InlineData("31536001", "must be a whole number of seconds from 0 to 31536000")]
    [InlineData("1.5", "must be a whole number")]
    [InlineData("\"30\"", "must be a whole number")]
    [InlineData("true", "must be a whole number")]
    [InlineData("99999999999999999999", "must be a whole number")]
    [InlineData("[]", "must be a whole number")]
    public async Task What_is_no_number_of_seconds_is_refused(string timeout, string message)
    {
        var refused = await CreateAsync(timeout);

        Assert.Equal(400, refused.Status);
        Assert.Equal($"timeout: {message}.", refused.Message);
    }

    [Fact]
    public async Task An_update_does_not_change_it()
    {
        var id = (await CreateAsync("30")).Json["software_deployment"]!["id"]!.GetValue<string>();

        var updated = await _project.SendAsync("PUT", $"software_deployments/{id}", """{"timeout": 60}""");

        Assert.Equal(30, updated.Json["software_deployment"]!["timeout"]!.GetValue<int>());
    }

    private async Task<Answer> CreateAsync(string timeout) => await _project.SendAsync("POST", "software_deployments",
        $$"""{"config_id": "{{await _project.ConfigAsync()}}", "server_id": "a-server", "timeout": {{timeout}}}""");
}
