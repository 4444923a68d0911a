using System.Text.Json;
using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Service;

namespace DeploymentService.Checker.Load;

/// <summary>Asks for the deployments of a server in every way there is. What was acknowledged before the question must be in the answer.</summary>
public sealed class ServerReads(ServiceClient service, ProjectLedger ledger, string serverId)
{
    private readonly string _filter = $"server_id={Uri.EscapeDataString(serverId)}";

    /// <summary>Shows one.</summary>
    public async Task ShowAsync(TrackedDeployment deployment)
    {
        var (floor, wasGone) = (deployment.Floor, deployment.IsGone);
        var answer = await service.SendAsync(new(HttpMethod.Get, $"software_deployments/{deployment.Id}") { MayBe = deployment.IsDoomed ? [404] : [] });
        if (answer.IsSuccess && wasGone)
        {
            Stale("show", $"{deployment.Id}, which was deleted");
        }
        else if (answer.IsSuccess && answer.Revision < floor)
        {
            Stale("show", $"revision {answer.Revision} of {deployment.Id}, and {floor} was acknowledged");
        }
    }

    /// <summary>Lists all, from the rows or from the fleet.</summary>
    /// <param name="deployments">Those that may be there.</param>
    /// <param name="isOfFleet">True to ask with a filter that only the fleet knows.</param>
    public async Task ListAsync(IReadOnlyList<TrackedDeployment> deployments, bool isOfFleet)
    {
        var expected = deployments.Where(deployment => !deployment.IsGone).Select(deployment => (Deployment: deployment, deployment.Floor)).ToList();
        var gone = deployments.Where(deployment => deployment.IsGone).Select(deployment => deployment.Id).ToHashSet();
        var answer = await service.SendAsync(new(HttpMethod.Get, $"software_deployments?{_filter}{(isOfFleet ? "&status=IN_PROGRESS,COMPLETE,FAILED" : "")}"));
        if (!answer.IsSuccess)
        {
            return;
        }

        var what = isOfFleet ? "list of the fleet" : "list";
        var listed = answer.Body.GetProperty("software_deployments").EnumerateArray()
            .ToDictionary(row => row.GetProperty("id").GetString()!, row => row.GetProperty("status_reason").GetString());
        foreach (var (deployment, floor) in expected)
        {
            // Somebody may want it gone by now.
            var isThere = listed.TryGetValue(deployment.Id, out var reason);
            var why = isThere ? ledger.Judge(deployment, floor, reason) : deployment.IsDoomed ? null : $"misses {deployment.Id}";
            if (why is not null)
            {
                Stale(what, why);
            }
        }

        if (listed.Keys.FirstOrDefault(gone.Contains) is { } ghost)
        {
            Stale(what, $"has {ghost}, which was deleted");
        }
    }

    /// <summary>Counts them.</summary>
    /// <param name="statuses">The statuses that they have.</param>
    public async Task CountAsync(IEnumerable<string> statuses)
    {
        var expected = Counts(statuses);
        var answer = await service.SendAsync(new(HttpMethod.Get, $"software_deployments/summary?{_filter}"));
        if (answer.IsSuccess && Counts(answer.Body.GetProperty("summary").GetProperty("by_status")) is var counted && counted != expected)
        {
            Stale("summary", $"of {serverId}: {counted} instead of {expected}");
        }
    }

    /// <summary>Waits until all are at their end, which they are.</summary>
    /// <param name="statuses">The statuses that they have.</param>
    public async Task WaitAsync(IReadOnlyCollection<string> statuses)
    {
        var expected = statuses.Contains("FAILED") ? 409 : 200;
        var answer = await service.SendAsync(new(HttpMethod.Get, $"software_deployments/wait?{_filter}&timeout=5&at_least={statuses.Count}") { MayBe = [404, 408, 409], IsHeld = true });
        if (!answer.IsUnknown && answer.Status != expected)
        {
            Stale("wait", $"for {serverId} ended with {answer.Status} instead of {expected}: {answer.Body}");
        }
    }

    private void Stale(string what, string why) => service.Faults.Add($"stale: {what}", why);

    private static (int InProgress, int Complete, int Failed) Counts(IEnumerable<string> statuses)
    {
        var all = statuses.ToList();
        return (all.Count(status => status == "IN_PROGRESS"), all.Count(status => status == "COMPLETE"), all.Count(status => status == "FAILED"));
    }

    private static (int InProgress, int Complete, int Failed) Counts(JsonElement counts) =>
        (counts.GetProperty("IN_PROGRESS").GetInt32(), counts.GetProperty("COMPLETE").GetInt32(), counts.GetProperty("FAILED").GetInt32());
}
