using DeploymentService.Retention;
using DeploymentService.Tests.Deadlines;
using DeploymentService.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Retention;

/// <summary>An application that keeps what has ended for 30 days, runs for 20, rollouts for 10 and configs for 40, and removes it when a test says so.</summary>
public sealed class RetentionRoom : IDisposable
{
    public RetentionRoom()
        : this(_ => { })
    {
    }

    internal RetentionRoom(Action<IServiceCollection> replace) => Timed = new(null, default, Settings, replace);

    internal static Dictionary<string, string> Settings { get; } = new()
    {
        ["Retention:DeploymentDays"] = "30",
        ["Retention:Projects"] = "kept=0, quick=5",
        ["Retention:RunDays"] = "20",
        ["Retention:RolloutDays"] = "10",
        ["Retention:ConfigDays"] = "40",
    };

    internal TimedApp Timed { get; }

    internal ServiceApp App => Timed.App;

    /// <summary>Removes what is due so many days from now.</summary>
    internal Task SweepInAsync(int days) =>
        App.Services.GetRequiredService<RetentionSweep>().RemoveAsync(Timed.Time.GetUtcNow().UtcDateTime.AddDays(days), CancellationToken.None);

    public void Dispose() => Timed.Dispose();
}

internal static class EndedDeployments
{
    /// <summary>A config of a name; its id.</summary>
    public static Task<string> NamedConfigAsync(this Project project, string name) =>
        project.ConfigAsync($$"""{"name": "{{name}}", "group": "script", "config": "#!/bin/sh"}""");

    /// <summary>A deployment that is complete; its id.</summary>
    /// <param name="project">The project.</param>
    /// <param name="configId">Its config.</param>
    /// <param name="agent">The token of the agent that reports the end; null for a person, without whom no agent ever had it.</param>
    public static async Task<string> EndedAsync(this Project project, string configId, string? agent = null)
    {
        var id = await project.DeploymentAsync(configId: configId);
        await project.PutAsync(id, """{"status": "COMPLETE"}""", agent);
        return id;
    }

    /// <summary>Which of some rows are there.</summary>
    public static async Task<string> ThereAsync(this Project project, string kind, params (string Name, string Id)[] rows)
    {
        var there = new List<string>();
        foreach (var (name, id) in rows)
        {
            var status = (await project.SendAsync("GET", $"{kind}/{id}")).Status;
            Assert.True(status is 200 or 404);
            there.AddRange(status == 200 ? [name] : []);
        }

        return string.Join(' ', there);
    }
}
