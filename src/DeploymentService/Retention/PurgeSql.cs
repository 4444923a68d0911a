using DeploymentService.Storage;

namespace DeploymentService.Retention;

/// <summary>What is too old, and the statements that remove it.</summary>
public static class PurgeSql
{
    private const string RemoveEventsText = "DELETE FROM deployment_events WHERE sequence < $1";

    private const string OldKeysText = "SELECT creation_time FROM idempotency_keys WHERE creation_time < $1 ORDER BY creation_time";

    private const string RemoveKeysText = "DELETE FROM idempotency_keys WHERE creation_time <= $1";

    private const string RunsText = """
        SELECT r.deployment_number, (SELECT d.sequence FROM software_deployments AS d WHERE d.sequence = r.deployment_number) FROM deployment_runs AS r
        WHERE r.deployment_number > $1 ORDER BY r.deployment_number
        """;

    private const string RemoveRunsText = "DELETE FROM deployment_runs WHERE deployment_number = $1";

    /// <summary>The deployments of runs behind one, and whether each is there.</summary>
    public static Query<long, (long Number, bool IsThere)> Runs { get; } =
        new(RunsText, static (parameters, after) => parameters.Add(after), static row => (row.Integer(0), !row.IsNull(1)));

    /// <summary>Removes the runs of a deployment: its number.</summary>
    public static Statement<long> RemoveRuns { get; } = new(RemoveRunsText, static (parameters, number) => parameters.Add(number));

    /// <summary>Removes the events in front of one: its number.</summary>
    public static Statement<long> RemoveEvents { get; } = new(RemoveEventsText, static (parameters, first) => parameters.Add(first));

    /// <summary>The times of keys from before a time, oldest first.</summary>
    public static Query<DateTime, DateTime> OldKeys { get; } = new(OldKeysText, static (parameters, before) => parameters.Add(before), static row => row.Time(0));

    /// <summary>Removes the keys up to a time.</summary>
    public static Statement<DateTime> RemoveKeys { get; } = new(RemoveKeysText, static (parameters, last) => parameters.Add(last));
}
