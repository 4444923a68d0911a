using DeploymentService.Limits;
using DeploymentService.Settings;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace DeploymentService.Tests.Limits;

/// <summary>The limits of callers are settings, and nought is none.</summary>
public sealed class CallerLimitsOptionsTests
{
    private static readonly string[] Names =
        ["RequestsPerSecond", "RequestBurst", "AgentRequestsPerSecond", "AgentRequestBurst", "HeavyReads", "Waiters", "WaitersInAll", "WaitFilters", "Streams", "StreamsInAll"];

    [Fact]
    public void What_does_not_fit_is_refused_all_at_once()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(Names.Select(name => KeyValuePair.Create<string, string?>($"Limits:{name}", "-1"))).Build());

        CallerLimitsOptions.Read(reader);

        Assert.Equal(Names.Select(name => $"Limits:{name} is '-1': use a whole number from 0 to 1000000 (environment: Limits__{name})"), reader.Faults);
    }

    [Fact]
    public async Task Without_limits_everything_is_answered()
    {
        await using var app = new ServiceApp(Names.ToDictionary(name => $"Limits:{name}", _ => "0"));
        app.StartServer();
        var project = new Project(app);
        var id = await project.DeploymentAsync();
        var agent = await Agents.Agent.OfAsync(project);

        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 50).SelectMany(_ => new[]
            {
                project.SendAsync("GET", "software_deployments"), project.SendAsync("GET", $"software_deployments/{id}?wait=0"),
                project.SendAsync("GET", "software_deployments?wait=0&q=s"), agent.PollAsync(),
            })),
            answer => Assert.Equal(200, answer.Status));
    }
}
