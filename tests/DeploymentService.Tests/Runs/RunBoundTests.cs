using DeploymentService.Deployments;
using DeploymentService.Retention;
using DeploymentService.Settings;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Runs;

/// <summary>How many runs are kept.</summary>
public sealed class RunBoundTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, new[] { 4 })]
    [InlineData(2, new[] { 4, 3 })]
    [InlineData(4, new[] { 4, 3, 2, 1 })]
    [InlineData(5, new[] { 4, 3, 2, 1 })]
    public async Task As_many_are_kept_as_the_setting_says(int keep, int[] numbers)
    {
        await using var app = new ServiceApp(new() { ["Runs:Keep"] = $"{keep}" });
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        await project.RunAgainAsync(id);
        await project.RunAgainAsync(id);
        await project.RunAgainAsync(id);

        Assert.Equal(numbers, (await project.RunsAsync(id)).Select(run => run.Number()));
        if (keep < 4)
        {
            var answer = await project.SendAsync("GET", $"software_deployments/{id}/runs/1");
            Assert.Equal((404, $"Run 1 of deployment with id {id} is no longer kept: list the runs to see which are"), (answer.Status, answer.Message));
        }
    }

    [Fact]
    public async Task A_lower_setting_counts_from_the_next_run_on()
    {
        string id, of;
        await using (var app = new ServiceApp(folder: _folder.Name))
        {
            var project = new Project(app);
            (id, of) = (await project.DeploymentAsync(), project.Id);
            for (var run = 2; run <= 6; run++)
            {
                await project.RunAgainAsync(id);
            }
        }

        await using var lower = new ServiceApp(new() { ["Runs:Keep"] = "3" }, _folder.Name);
        var again = new Project(lower, of);
        Assert.Equal(6, (await again.RunsAsync(id)).Count);

        await again.RunAgainAsync(id);

        Assert.Equal([7, 6, 5], (await again.RunsAsync(id)).Select(run => run.Number()));
    }

    [Fact]
    public async Task Runs_whose_deployment_is_gone_are_removed_and_no_others()
    {
        await using var app = new ServiceApp(folder: _folder.Name);
        var project = new Project(app);
        var (gone, stays) = (await project.DeploymentAsync(), await project.DeploymentAsync());
        await project.RunAgainAsync(gone);
        await project.RunAgainAsync(gone);
        await project.RunAgainAsync(stays);
        // More than one look.
        _folder.Database.Execute("""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 700)
            INSERT INTO deployment_runs (deployment_number, number, project_id, config_id, started_time, status)
            SELECT 1000000 + n, 1, 'p', 'c', 0, 'COMPLETE' FROM numbers
            """);
        // As a version does it that does not know of runs.
        _folder.Database.Execute($"DELETE FROM software_deployments WHERE id = '{gone}'");

        await app.Services.GetRequiredService<Purge>().RemoveRunsAsync(CancellationToken.None);

        Assert.Equal([(2L, 1L)], _folder.Database.Query("SELECT deployment_number, number FROM deployment_runs", row => (row.GetInt64(0), row.GetInt64(1))));
        Assert.Equal(2, (await project.RunsAsync(stays)).Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("many")]
    public void A_setting_that_keeps_none_or_too_many_is_refused(string keep)
    {
        var settings = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("Runs:Keep", keep)]).Build());

        RunsOptions.Read(settings);

        Assert.Equal($"Runs:Keep is '{keep}': use a whole number from 1 to 1000 (environment: Runs__Keep)", Assert.Single(settings.Faults));
    }
}
