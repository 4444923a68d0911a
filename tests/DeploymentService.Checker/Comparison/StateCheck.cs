using System.Text.Json;
using DeploymentService.Checker.Ledger;
using DeploymentService.Checker.Report;
using DeploymentService.Checker.Streams;

namespace DeploymentService.Checker.Comparison;

/// <summary>Compares shows, lists, counts and configs with the histories, and the streams too.</summary>
public sealed class StateCheck(ProjectLedger ledger, ProjectState state, Faults faults)
{
    /// <summary>Compares.</summary>
    public void Run()
    {
        CheckRows();
        CheckLists();
        CheckConfigs();
    }

    /// <summary>A stream is the log of its project.</summary>
    public void Compare(StreamFollower follower)
    {
        var streamed = follower.Events;
        for (var i = 0; i < Math.Max(streamed.Count, state.Events.Count); i++)
        {
            if (i >= streamed.Count || i >= state.Events.Count || streamed[i] != state.Events[i])
            {
                faults.Add(
                    "stream: differs from the histories",
                    $"{streamed.Count} events, {state.Events.Count} in the histories; first {streamed.ElementAtOrDefault(i)} instead of {state.Events.ElementAtOrDefault(i)}");
                return;
            }
        }
    }

    private void CheckRows()
    {
        foreach (var history in state.Events.GroupBy(evt => evt.DeploymentId))
        {
            var last = history.Last();
            if (last.Event == "deleted" != !state.Shown.ContainsKey(history.Key))
            {
                faults.Add("a deployment is there, or is not, against its history", last.ToString());
                continue;
            }

            if (last.Event == "deleted")
            {
                continue;
            }

            var (row, revision) = state.Shown[history.Key];
            var made = history.Count(evt => evt.MakesRevision);
            var newest = history.Last(evt => evt.MakesRevision);
            // That a deployment is overdue is no reason.
            if (revision != made || Text(row, "status") != newest.StatusTo || (newest.Event != "overdue" && Text(row, "status_reason") != newest.Reason))
            {
                faults.Add("a show differs from the history", $"revision {revision} {row}, and {made} by {newest}");
            }
        }
    }

    private void CheckLists()
    {
        var shown = state.Shown.Values.Select(one => Line(one.Row)).Order(StringComparer.Ordinal).ToList();
        foreach (var (what, rows) in new[] { ("list", state.Listed), ("list of the fleet", state.Fleet) })
        {
            var listed = rows.Select(Line).Order(StringComparer.Ordinal).ToList();
            if (!listed.SequenceEqual(shown))
            {
                faults.Add($"the {what} differs from the shows", $"{listed.Count} and {shown.Count}: {string.Join("; ", listed.Except(shown).Concat(shown.Except(listed)).Take(3))}");
            }
        }

        foreach (var status in state.Counts.EnumerateObject())
        {
            var count = state.Shown.Values.Count(one => Text(one.Row, "status") == status.Name);
            if (count != status.Value.GetInt32())
            {
                faults.Add("the summary differs from the shows", $"{status}, and {count}");
            }
        }
    }

    private void CheckConfigs()
    {
        var byName = state.Configs.ToLookup(config => Text(config, "name"), config => Text(config, "id"));
        foreach (var config in ledger.Configs)
        {
            var ids = byName[config.Name].ToList();
            if (config.Id is not null && !config.IsDoomed && !ids.Contains(config.Id))
            {
                faults.Add("LOST: an acknowledged config", $"{config.Name} {config.Id}");
            }

            if (config.IsGone && ids.Contains(config.Id))
            {
                faults.Add("LOST: the deletion of a config", $"{config.Name} {config.Id}");
            }

            if (ids.Count > 1)
            {
                faults.Add("done twice: a config", $"{config.Name}: {string.Join(", ", ids)}");
            }
        }
    }

    private static string Line(JsonElement row) => string.Join(' ', Text(row, "id"), Text(row, "server_id"), Text(row, "status"), Text(row, "status_reason"), Text(row, "updated_time"));

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();
}
