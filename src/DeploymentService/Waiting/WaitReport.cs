using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Deployments;
using DeploymentService.Fleet;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Waiting;

/// <summary>Says how a wait ended.</summary>
public sealed class WaitReport(IDatabaseReader reader, DetailEnricher details, Redaction redaction)
{
    private const int LongestShown = 100;

    /// <summary>True when nothing can ever fit a filter: the service gives configs their ids, and one that is not there will never be.</summary>
    internal async ValueTask<bool> IsHopelessAsync(string projectId, DeploymentFilter filter) => filter.ConfigId is { } id && await reader.FirstAsync(ConfigQueries.Place, (projectId, id)) is null;

    /// <summary>How a wait for a goal ended, as a caller may see it.</summary>
    internal async ValueTask<WaitAnswer<WaitView, WaitFaultBody>> OfAsync(Caller caller, string projectId, WaitGoal goal, Standing standing)
    {
        var failures = new List<FailureView>();
        foreach (var entry in standing.Failed)
        {
            if (await RowAsync(projectId, entry) is { } row)
            {
                failures.Add(new(row.Id, row.ServerId, row.ConfigId, ReasonFor(caller, row.StatusReason)));
            }
        }

        var status = standing.StatusFor(goal);
        return new(
            status,
            await MessageAsync(status, projectId, goal, standing.Counts),
            new(StatusCountsView.Of(standing.Counts), failures, await LeftAsync(caller, projectId, standing.Left)));
    }

    /// <summary>Deployments that are still in progress, with when their servers were last heard of, as a caller may see them.</summary>
    internal async ValueTask<IReadOnlyList<LeftView>> LeftAsync(Caller caller, string projectId, IEnumerable<(FleetEntry Entry, DateTime? Heard)> entries)
    {
        var left = new List<LeftView>();
        foreach (var (entry, heard) in entries)
        {
            if (await RowAsync(projectId, entry) is { } row)
            {
                var reason = (await details.AddAsync(DeploymentView.Of(row).With(ShownValues.None), row)).WaitingFor;
                left.Add(new(row.Id, row.ServerId, row.ConfigId, heard, ReasonFor(caller, reason)));
            }
        }

        return left;
    }

    // Cut behind the redaction, which has to see where a secret ends.
    private string? ReasonFor(Caller caller, string? reason) => DeploymentView.ShortReason(redaction.ReasonFor(caller, reason));

    /// <summary>A deployment as it is now; nothing when it is deleted by now.</summary>
    private ValueTask<SoftwareDeployment?> RowAsync(string projectId, FleetEntry entry) =>
        reader.FirstAsync(DeploymentQueries.Find, new(projectId, entry.Id.ToString()));

    private async ValueTask<string> MessageAsync(int status, string projectId, WaitGoal goal, StatusCounts counts) => status switch
    {
        StatusCodes.Status200OK => $"{Count(counts.Complete)} COMPLETE.",
        StatusCodes.Status408RequestTimeout =>
            $"Time over: of {Count(counts.Total)}, {Number(counts.InProgress)} IN_PROGRESS, {Number(counts.Complete)} COMPLETE, {Number(counts.Failed)} FAILED. Ask again to go on waiting.",
        StatusCodes.Status409Conflict =>
            $"Of {Count(counts.Total)}, {Number(counts.Failed)} FAILED, {Number(counts.Complete)} COMPLETE, {Number(counts.InProgress)} IN_PROGRESS.",
        _ when counts.Total > 0 => $"Fewer than {Number(goal.AtLeast)} deployments came in that time: {Number(counts.Total)}{Shown(goal.Filter)}. Check the filters and at_least.",
        _ when await IsHopelessAsync(projectId, goal.Filter) => $"No software config with id {Cut(goal.Filter.ConfigId!)} is in this project, so no deployment of it will come: check config_id and the project.",
        _ => $"No deployment came in that time{Shown(goal.Filter)}: check the filters and the project, and that the deployments are created.",
    };

    private static string Count(int count) => count == 1 ? "1 deployment" : $"{Number(count)} deployments";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shown(DeploymentFilter filter)
    {
        var parts = new (string Name, string? Value)[]
        {
            ("server_id", filter.ServerId), ("config_id", filter.ConfigId), ("name", filter.Name), ("action", filter.Action), ("q", filter.Text), ("rollout_id", filter.RolloutId),
            ("changed_since", filter.ChangedSince?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
        };
        var shown = string.Join(", ", parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Cut(part.Value!)}"));
        return shown.Length > 0 ? $" with {shown}" : "";
    }

    private static string Cut(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
