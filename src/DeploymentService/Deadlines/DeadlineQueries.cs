using DeploymentService.Storage;

namespace DeploymentService.Deadlines;

/// <summary>The query of the deadlines.</summary>
public static class DeadlineQueries
{
    private const string DueText = "SELECT project_id, id FROM software_deployments WHERE deadline <= $1 AND status = 'IN_PROGRESS' ORDER BY deadline";

    /// <summary>The deployments whose deadline has passed, the oldest first: now.</summary>
    public static Query<DateTime, DueDeployment> Due { get; } =
        new(DueText, static (parameters, now) => parameters.Add(now), static row => new(row.Text(0), row.Text(1)));
}

/// <summary>A deployment whose deadline has passed.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Id">The deployment.</param>
public sealed record DueDeployment(string ProjectId, string Id);
