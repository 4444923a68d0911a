using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Report;
using DeploymentService.Checker.Streams;

namespace DeploymentService.Checker.Comparison;

/// <summary>Compares what was acknowledged with the histories.</summary>
public sealed class HistoryCheck(ProjectLedger ledger, IReadOnlyList<LoggedEvent> events, Faults faults)
{
    private readonly Dictionary<string, List<LoggedEvent>> _byDeployment = events.GroupBy(evt => evt.DeploymentId).ToDictionary(group => group.Key, group => group.ToList());
    private readonly ILookup<string, LoggedEvent> _byMark = events.Where(evt => evt.Event is "created" or "update" or "late" && evt.Reason is not null).ToLookup(evt => evt.Reason!);

    /// <summary>How many writes are in the history though nobody was told so.</summary>
    public int DoneWithoutAnswer { get; private set; }

    /// <summary>Compares.</summary>
    public void Run()
    {
        foreach (var mark in _byMark)
        {
            CheckMark(mark.Key, mark.ToList());
        }

        foreach (var deployment in ledger.Deployments)
        {
            CheckDeployment(deployment, _byDeployment.GetValueOrDefault(deployment.Id) ?? []);
        }

        foreach (var history in _byDeployment)
        {
            CheckOrder(history.Key, history.Value);
        }

        foreach (var sight in ledger.Sights)
        {
            CheckSight(sight);
        }
    }

    private void CheckMark(string mark, List<LoggedEvent> found)
    {
        if (!ledger.Marks.TryGetValue(mark, out var write))
        {
            faults.Add("history: an event that nobody wanted", found[0].ToString());
            return;
        }

        if (found.Count > 1)
        {
            faults.Add("done twice", string.Join(" and ", found));
        }

        if (write.IsRefused && !write.IsAcknowledged)
        {
            faults.Add("refused, and done", found[0].ToString());
        }

        DoneWithoutAnswer += write.IsAcknowledged ? 0 : 1;
        if (write.Condition is { } condition && RevisionOf(found[0]) is var revision && revision != condition + 1)
        {
            faults.Add("If-Match did not hold", $"{found[0]} was to follow revision {condition}, and is revision {revision}");
        }
    }

    private void CheckDeployment(TrackedDeployment deployment, List<LoggedEvent> history)
    {
        var requests = history.Where(evt => evt.RequestId is not null).ToLookup(evt => evt.RequestId!);
        foreach (var write in deployment.Writes.Where(write => write.IsAcknowledged))
        {
            CheckAcknowledged(deployment, write, write.RequestId is { } id ? [.. requests[id].Where(evt => evt.Event != "skipped")] : null);
        }

        CheckCount(deployment, history, WriteKind.Run);
        CheckCount(deployment, history, WriteKind.Delete);
        if (deployment.Deadline < RunFigures.Now - 10_000 && history.Count(evt => evt.Event == "overdue") is not 1 and var count)
        {
            faults.Add($"overdue {count} times", deployment.Id);
        }
    }

    private void CheckAcknowledged(TrackedDeployment deployment, Write write, List<LoggedEvent>? found)
    {
        if (found is null)
        {
            // Of several tries one was done. Which of them, nobody was told.
            if (write.Mark is { } mark && !_byMark.Contains(mark))
            {
                faults.Add("LOST: acknowledged, and in no history", $"'{mark}' of {deployment.Id}");
            }
        }
        else if (found.Count != 1)
        {
            faults.Add(found.Count == 0 ? "LOST: acknowledged, and in no history" : "done twice", $"{write.Kind} '{write.Mark}' of {deployment.Id}, {write.RequestId}");
        }
        else if (write.Revision is { } revision && RevisionOf(found[0]) is var made && made != revision)
        {
            faults.Add("ETag differs from the history", $"{found[0]} was acknowledged as revision {revision}, and is {made}");
        }
    }

    private void CheckCount(TrackedDeployment deployment, List<LoggedEvent> history, string kind)
    {
        var writes = deployment.Writes.Where(write => write.Kind == kind).ToList();
        var acknowledged = writes.Count(write => write.IsAcknowledged);
        var found = history.Count(evt => evt.Event == kind);
        if (found < acknowledged || found > writes.Count(write => !write.IsRefused) || (kind == WriteKind.Delete && found > 1))
        {
            faults.Add(found < acknowledged ? "LOST: acknowledged, and in no history" : "done twice", $"{kind} of {deployment.Id}: {acknowledged} of {writes.Count} acknowledged, {found} in the history");
        }

        DoneWithoutAnswer += Math.Max(0, found - acknowledged);
    }

    /// <summary>What one event left is what the next one found.</summary>
    private void CheckOrder(string id, List<LoggedEvent> history)
    {
        if (history[0].Event != "created" || history[1..].Any(evt => evt.Event == "created"))
        {
            faults.Add("history: does not begin with its creation", id);
        }

        for (var i = 1; i < history.Count; i++)
        {
            if (history[i].StatusFrom != history[i - 1].StatusTo || history[i].Sequence == history[i - 1].Sequence || history[i - 1].Event == "deleted")
            {
                faults.Add("history: an event does not follow from the one before", $"{history[i - 1]}, {history[i]}");
            }
        }
    }

    private void CheckSight(Sight sight)
    {
        if (_byMark[sight.Mark].FirstOrDefault() is not { } seen)
        {
            faults.Add("seen, and never done", $"'{sight.Mark}' of {sight.DeploymentId}");
        }
        else if (RevisionOf(seen) is var revision && revision < sight.Floor)
        {
            faults.Add("stale: list", $"shows revision {revision} of {sight.DeploymentId} by '{sight.Mark}', and {sight.Floor} was acknowledged");
        }
    }

    private long RevisionOf(LoggedEvent evt) => _byDeployment[evt.DeploymentId].Count(earlier => earlier.MakesRevision && earlier.Sequence <= evt.Sequence);
}
