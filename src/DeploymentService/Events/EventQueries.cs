using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Events;

/// <summary>The queries of the histories and the stream.</summary>
public static class EventQueries
{
    private const string NumberText = $"""
        SELECT sequence, server_id FROM software_deployments WHERE project_id = $1 AND id = $2
        UNION ALL
        SELECT deployment_number, server_id FROM deployment_events
        WHERE project_id = $1 AND deployment_id = $2 AND kind = '{EventKind.Deleted}' AND subject IS NULL
        """;

    private const string OfProjectText = $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.project_id = $1 AND e.sequence > $2 ORDER BY e.sequence";

    /// <summary>By what the history of a deployment is found, and its place in the order of creation; also of one that is deleted.</summary>
    public static Query<(string ProjectId, string DeploymentId), DeploymentNumber> Number { get; } = new(
        NumberText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.DeploymentId), static row => new(row.Integer(0), row.Text(1)));

    /// <summary>The events of a project behind one.</summary>
    public static Query<(string ProjectId, long After), DeploymentEvent> OfProject { get; } = new(
        OfProjectText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.After), static row => EventColumns.Read(row, 0));
}

/// <summary>By what the history of a deployment is found.</summary>
/// <param name="Number">The deployment's <see cref="SoftwareDeployment.Sequence"/>.</param>
/// <param name="ServerId">Its server.</param>
public sealed record DeploymentNumber(long Number, string ServerId);
