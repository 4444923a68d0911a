using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;

namespace DeploymentService.Tests.Idempotency;

/// <summary>To run a deployment again is to run it once for a key.</summary>
public sealed class IdempotentRunTests
{
    private readonly Project _project = ServiceApp.NewProject();
    private readonly string _key = Keys.New();

    [Fact]
    public async Task The_same_request_runs_it_once_and_answers_with_the_deployment_as_it_is()
    {
        var id = await _project.DeploymentAsync();
        var run = $"software_deployments/{id}/run";

        var first = await _project.PostAsync(_key, run, null);
        Assert.Equal(200, first.Status);
        Keys.AssertSame(first, await _project.PostAsync(_key, run, null));
        // The body of a run is ignored.
        Keys.AssertSame(first, await _project.PostAsync(_key, run, """{"a": 1}"""));
        Assert.Equal("created run", await _project.KindsAsync(id));

        var complete = await _project.SendAsync("PUT", $"software_deployments/{id}", """{"status": "COMPLETE"}""");
        Keys.AssertSame(complete, await _project.PostAsync(_key, run, null));
        Assert.Equal("created run update", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task Another_key_and_no_key_run_it_again()
    {
        var id = await _project.DeploymentAsync();
        var run = $"software_deployments/{id}/run";

        await _project.PostAsync(_key, run, null);
        await _project.PostAsync(Keys.New(), run, null);
        await _project.SendAsync("POST", run);
        await _project.SendAsync("POST", run);

        Assert.Equal("created run run run run", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task Of_many_at_once_one_runs_it()
    {
        var id = await _project.DeploymentAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _project.PostAsync(_key, $"software_deployments/{id}/run", null)));

        Assert.All(answers, answer => Keys.AssertSame(answers[0], answer));
        Assert.Equal("created run", await _project.KindsAsync(id));
    }

    [Fact]
    public async Task A_key_is_for_the_run_of_one_deployment()
    {
        var (one, other) = (await _project.DeploymentAsync(), await _project.DeploymentAsync());
        await _project.PostAsync(_key, $"software_deployments/{one}/run", null);

        Keys.AssertTaken(await _project.PostAsync(_key, $"software_deployments/{other}/run", null));

        Assert.Equal("created", await _project.KindsAsync(other));
    }

    [Fact]
    public async Task A_deployment_that_is_not_there_is_not_found_whatever_the_key()
    {
        var id = await _project.DeploymentAsync();
        await _project.PostAsync(_key, $"software_deployments/{id}/run", null);
        await _project.SendAsync("DELETE", $"software_deployments/{id}");

        Assert.Equal(404, (await _project.PostAsync(_key, $"software_deployments/{id}/run", null)).Status);
        Assert.Equal(400, (await _project.PostAsync(new string('k', 256), $"software_deployments/{id}/run", null)).Status);
    }
}
