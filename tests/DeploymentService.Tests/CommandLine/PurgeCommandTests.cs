using DeploymentService.CommandLine;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Retention;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.CommandLine;

/// <summary>What would go is said beside a service that runs, and stays.</summary>
public sealed class PurgeCommandTests : IDisposable
{
    private static readonly string[] Settings =
        ["--Retention:DeploymentDays=30", "--Retention:Projects=demo=1", "--Retention:RunDays=1", "--Retention:RolloutDays=1", "--Retention:ConfigDays=1"];

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    [Fact]
    public async Task It_says_what_would_go_and_nothing_goes()
    {
        using var timed = new TimedApp(_folder.Name);
        var project = new Project(timed.App, "demo");
        var (oldConfig, config, unused) = (await project.NamedConfigAsync("app"), await project.NamedConfigAsync("app"), await project.ConfigAsync());
        var old = await project.EndedAsync(oldConfig);
        timed.Pass(60);
        var newer = await project.EndedAsync(config);
        var (before, now) = ("2026-11-23T12:00:00Z", new FakeTimeProvider(timed.Time.GetUtcNow().AddDays(3)));

        Assert.Equal((0, ""), (await RunAsync(["purge", "--dry-run", "--list", .. Settings], now), $"{_errors}"));

        // The config that only the old deployment uses would go with it.
        Assert.Equal($"""
            deployment demo {old} {before}
            config demo {unused} {before}
            config demo {oldConfig} {before}
            The service would remove now:
            1 deployment of demo ended {before} to {before}
            2 configs    of demo created {before} to {before}

            """, $"{_output}", ignoreLineEndingDifferences: true);
        Assert.Equal("old newer", await project.ThereAsync("software_deployments", ("old", old), ("newer", newer)));
        Assert.Equal("oldConfig unused", await project.ThereAsync("software_configs", ("oldConfig", oldConfig), ("unused", unused)));
    }

    [Fact]
    public async Task It_is_refused_without_the_option_as_the_service_removes_by_itself()
    {
        Assert.Equal(1, await RunAsync(["purge", .. Settings], TimeProvider.System));

        Assert.StartsWith("The service removes by itself", $"{_errors}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_when_nothing_is_set()
    {
        Assert.Equal(0, await RunAsync(["purge", "--dry-run"], TimeProvider.System));

        Assert.StartsWith("Nothing is ever removed", $"{_output}", StringComparison.Ordinal);
    }

    [SqliteFact]
    public async Task A_file_that_is_not_there_is_not_made()
    {
        Assert.Equal(1, await RunAsync(["purge", "--dry-run", .. Settings], TimeProvider.System));

        Assert.StartsWith("There is no database", $"{_errors}", StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Name));
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> RunAsync(string[] arguments, TimeProvider time) => ProgramCommands.RunAsync([.. arguments, .. _folder.Database.Arguments], time, _output, _errors);
}
