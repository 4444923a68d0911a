using System.Globalization;
using DeploymentService.Deployments;
using DeploymentService.Events;

namespace DeploymentService.Fleet;

/// <summary>Why a deployment is still in progress, in a sentence for people.</summary>
internal static class WaitingFor
{
    /// <summary>Says what a deployment waits for; null when it is at its end.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="isRunByAgents">False when its config has no group.</param>
    /// <param name="refusal">The report that was refused last; null when there is none.</param>
    /// <param name="lastFetch">When the server's agent last asked what to run; null for never.</param>
    /// <param name="silentSince">Since when the server is silent; null when it is not.</param>
    public static string? Sentence(
        SoftwareDeployment deployment, bool isRunByAgents, DeploymentEvent? refusal, DateTime? lastFetch, DateTime? silentSince)
    {
        if (deployment.Status != DeploymentStatus.InProgress)
        {
            return null;
        }

        var parts = new List<string>();
        if (deployment.FetchedTime is { } fetched)
        {
            parts.Add($"Fetched by the agent at {Time(fetched)}, and no end reported since");
        }
        else if (!isRunByAgents)
        {
            parts.Add("The config has no group, so that agents do not run it");
        }
        else
        {
            parts.Add(lastFetch is null ? "Never fetched by the agent: the server has never asked" : $"Never fetched by the agent, which last asked at {Time(lastFetch.Value)}");
        }

        if (refusal is not null)
        {
            parts.Add($"a report was refused at {Time(refusal.Time)} because: {refusal.Reason?.TrimEnd('.')}");
        }

        if (silentSince is { } since)
        {
            parts.Add($"the server is silent since {Time(since)}");
        }

        if (deployment.Lateness == Lateness.Overdue)
        {
            parts.Add($"overdue: its timeout was {deployment.Timeout} seconds");
        }

        return string.Join("; ", parts) + ".";
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
