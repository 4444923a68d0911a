using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Configs;
using DeploymentService.Fleet;
using DeploymentService.Json;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;

namespace DeploymentService.Rollouts;

/// <summary>What is told of one rollout, and not in a list, as a caller may see it. The fleet must be current.</summary>
public sealed class RolloutDetails(IDatabaseReader reader, FleetIndex fleet, WaitReport waits, InputRedaction inputs, Redaction redaction)
{
    private const int MostReasons = 20;

    // What servers say is theirs, and is not to fill the memory: beyond these, what is new is counted together.
    private const int MostMeanings = 1_000;
    private const string Others = "Other reasons";

    private const int MostNamed = 3;

    /// <summary>The values that the config's inputs get.</summary>
    internal async ValueTask<JsonText?> InputsAsync(Caller caller, Rollout rollout, ShownValues shown) => rollout.InputValues is not { } values || shown == ShownValues.None ? null
        : caller.SeesSecrets && shown != ShownValues.Masked ? values
        : (await inputs.RedactorAsync(rollout.ProjectId, rollout.ConfigId)).Redact(values);

    /// <summary>The servers of a rollout that are still in progress, those first that are silent for longest.</summary>
    internal async ValueTask<IReadOnlyList<LeftView>> LeftAsync(Caller caller, Rollout rollout, int most)
    {
        if (rollout.InProgress == 0)
        {
            return [];
        }

        var standing = Standing.Of(fleet, rollout.ProjectId, DeploymentFilter.None with { RolloutId = rollout.Id });
        return await waits.LeftAsync(caller, rollout.ProjectId, standing.Left.Take(most));
    }

    /// <summary>What a rollout waits for, for people; null for nothing.</summary>
    internal async ValueTask<string?> WaitingForAsync(Caller caller, Rollout rollout, string? statusReason)
    {
        if (rollout.Status == RolloutStatus.Paused)
        {
            return statusReason;
        }

        if (rollout.InProgress == 0)
        {
            return rollout.IsEnded ? null : statusReason;
        }

        var named = (await LeftAsync(caller, rollout, MostNamed)).Select(left => $"{left.ServerId} ({left.WaitingFor?.TrimEnd('.') ?? "no reason known"})").ToList();
        var count = rollout.InProgress == 1 ? "1 server" : string.Create(CultureInfo.InvariantCulture, $"{rollout.InProgress} servers");
        return $"Waits for {count}{(named.Count == 0 ? "" : (rollout.InProgress > named.Count ? ", among them " : ": ") + string.Join("; ", named))}";
    }

    /// <summary>Why servers failed, the most frequent reason first.</summary>
    internal async ValueTask<IReadOnlyList<RolloutReasonView>> ReasonsAsync(Caller caller, Rollout rollout)
    {
        if (rollout.Failed == 0)
        {
            return [];
        }

        var groups = new Dictionary<string, (long Count, long Position)>();
        await reader.ForEachAsync(RolloutQueries.Reasons, rollout, int.MaxValue, group =>
        {
            // Behind the redaction: two reasons that differ in a secret alone are one to who must not see it.
            var meaning = MeaningOf(redaction.ShortReasonFor(caller, group.Reason));
            if (groups.Count >= MostMeanings && !groups.ContainsKey(meaning))
            {
                meaning = Others;
            }

            var (count, position) = groups.GetValueOrDefault(meaning, (0, group.Position));
            groups[meaning] = (count + group.Count, Math.Min(position, group.Position));
            return true;
        });
        var most = groups.OrderByDescending(group => group.Value.Count).ThenBy(group => group.Value.Position).Take(MostReasons).ToList();
        var reasons = new List<RolloutReasonView>();
        await reader.FirstOfEachAsync(RolloutQueries.Servers, most.ConvertAll(group => (rollout, group.Value.Position - 1)), server =>
        {
            var ((reason, (count, _)), example) = (most[reasons.Count], server!.Server);
            reasons.Add(new(reason.Length == 0 ? null : reason, count, new(example.ServerId, example.DeploymentId, redaction.ShortReasonFor(caller, example.Reason))));
            return true;
        });
        return reasons;
    }

    /// <summary>By what reasons are grouped; empty for none.</summary>
    private static string MeaningOf(string? reason) => reason is null ? "" : ReasonPattern.Of(reason).Text;
}
