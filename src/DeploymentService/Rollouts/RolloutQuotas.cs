using DeploymentService.Quotas;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>
/// Makes room for a rollout as a whole: for the deployments that it will make, which count from its beginning on for every later rollout. A server that has one for its name needs
/// no other.
/// </summary>
public sealed class RolloutQuotas(ProjectQuotas quotas, IDatabaseReader reader)
{
    private const string PendingText = $"""
        SELECT CAST(coalesce(sum(pending), 0) AS bigint) FROM rollouts WHERE project_id = $1 AND status {RolloutStatus.AreOpen}
        """;

    private const string PromisedText = $"""
        SELECT count(*) FROM rollouts AS r JOIN rollout_servers AS s ON s.rollout_number = r.number AND s.outcome = 0
        LEFT JOIN rollout_deployments AS u ON u.project_id = r.project_id AND u.name = r.name AND u.server_id = s.server_id
        LEFT JOIN software_deployments AS d ON d.project_id = u.project_id AND d.id = u.deployment_id
        WHERE r.project_id = $1 AND r.status {RolloutStatus.AreOpen} AND d.id IS NULL
        """;

    private const string ServedText = """
        SELECT u.server_id FROM rollout_deployments AS u JOIN software_deployments AS d ON d.project_id = u.project_id AND d.id = u.deployment_id
        WHERE u.project_id = $1 AND u.name = $2
        """;

    private static readonly Query<string, long> Pending = new(PendingText, static (parameters, projectId) => parameters.Add(projectId), static row => row.Integer(0));

    private static readonly Query<string, long> Promised = new(PromisedText, static (parameters, projectId) => parameters.Add(projectId), static row => row.Integer(0));

    private static readonly Query<(string ProjectId, string Name), string> Served =
        new(ServedText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Name), static row => row.Text(0));

    /// <summary>Makes room until the result is disposed of.</summary>
    /// <exception cref="Http.FaultException">403: there is no room for all of it.</exception>
    internal ValueTask<QuotaHold> HoldAsync(string projectId, CreateRollout body, IReadOnlyList<string> servers, Rollout? earlier, CancellationToken cancel) =>
        quotas.HoldAsync(
            projectId,
            new()
            {
                Rollouts = 1,
                Servers = servers,
                Deployments = servers.Count,
                DeploymentsAsync = room => NeedAsync(projectId, body.Name!, servers, room),
                Bytes = ((body.InputValues ?? earlier?.InputValues)?.Utf8.Length ?? 0L) * servers.Count,
            },
            cancel);

    /// <summary>How many deployments it will make, and how many other rollouts still will.</summary>
    private async ValueTask<(long Needed, long Promised)> NeedAsync(string projectId, string name, IReadOnlyList<string> servers, long room)
    {
        var pending = (await reader.ListAsync(Pending, projectId))[0];
        if (pending + servers.Count <= room)
        {
            // However many of them are there already.
            return (servers.Count, pending);
        }

        var served = (await reader.ListAsync(Served, (projectId, name))).ToHashSet();
        return (servers.Count(server => !served.Contains(server)), (await reader.ListAsync(Promised, projectId))[0]);
    }
}
