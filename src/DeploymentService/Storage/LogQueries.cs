using DeploymentService.Storage.Model;

namespace DeploymentService.Storage;

/// <summary>The queries of the log over all projects.</summary>
public static class LogQueries
{
    private const string LastText = "SELECT coalesce(max(sequence), 0) FROM deployment_events";

    private const string FirstText = "SELECT coalesce(min(sequence), 0) FROM deployment_events";

    private const string TimesText = "SELECT sequence, time FROM deployment_events WHERE sequence >= $1 ORDER BY sequence";

    private const string BetweenText = $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.sequence > $1 AND e.sequence <= $2 ORDER BY e.sequence";

    private const string TailText = $"""
        SELECT {DeploymentColumns.WithoutValues}, {EventColumns.All}, c.name FROM deployment_events AS e
        LEFT JOIN software_deployments AS d ON e.subject IS NULL AND d.project_id = e.project_id AND d.id = e.deployment_id
        LEFT JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE e.sequence > $1 AND e.sequence <= $2 ORDER BY e.sequence
        """;

    /// <summary>The last event of all; 0 for none.</summary>
    public static Query<int, long> Last { get; } = new(LastText, static (_, _) => { }, static row => row.Integer(0));

    /// <summary>The first event that is not purged; 0 for none.</summary>
    public static Query<int, long> First { get; } = new(FirstText, static (_, _) => { }, static row => row.Integer(0));

    /// <summary>When events were, from a number on.</summary>
    public static Query<long, EventTime> Times { get; } =
        new(TimesText, static (parameters, from) => parameters.Add(from), static row => new(row.Integer(0), row.Time(1)));

    /// <summary>The events behind one, up to another.</summary>
    public static Query<(long After, long To), DeploymentEvent> Between { get; } = new(BetweenText, Bind, static row => EventColumns.Read(row, 0));

    /// <summary>The same for followers: with the deployments as they are by now.</summary>
    public static Query<(long After, long To), CommittedEvent> Tail { get; } = new(TailText, Bind, ReadTail);

    private static void Bind(IParameters parameters, (long After, long To) range) => parameters.Add(range.After).Add(range.To);

    private static CommittedEvent ReadTail(IRow row) =>
        new(EventColumns.Read(row, DeploymentColumns.Count), row.IsNull(0) ? null : DeploymentColumns.Read(row))
        {
            ConfigName = row.TextOrNull(DeploymentColumns.Count + EventColumns.Count),
            IsFromDatabase = true,
        };
}

/// <summary>When an event was.</summary>
/// <param name="Number">Its <see cref="DeploymentEvent.Sequence"/>.</param>
/// <param name="Time">When, UTC.</param>
public sealed record EventTime(long Number, DateTime Time);
