using DeploymentService.Storage.Model;

namespace DeploymentService.Storage.Postgres;

/// <summary>Finds the events of a deployment by an index of the table: what that costs an update is little beside its round trips.</summary>
internal sealed class PostgresEventHistory(IDatabaseReader reader) : IEventHistory
{
    private const string AfterText =
        $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.deployment_number = $1 AND e.sequence > $2 ORDER BY e.sequence";

    private const string LatestText = $"SELECT {EventColumns.All} FROM deployment_events AS e WHERE e.deployment_number = $1 ORDER BY e.sequence DESC";

    /// <summary>The events of a deployment behind one, oldest first.</summary>
    public static Query<(long Number, long After), DeploymentEvent> After { get; } = new(
        AfterText, static (parameters, key) => parameters.Add(key.Number).Add(key.After), static row => EventColumns.Read(row, 0));

    /// <summary>The events of a deployment, latest first.</summary>
    public static Query<long, DeploymentEvent> Latest { get; } = new(
        LatestText, static (parameters, number) => parameters.Add(number), static row => EventColumns.Read(row, 0));

    /// <inheritdoc />
    public Task Loaded => Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask<List<DeploymentEvent>> AfterAsync(long deploymentNumber, long after, int most) => reader.ListAsync(After, (deploymentNumber, after), most);

    /// <inheritdoc />
    public ValueTask<List<DeploymentEvent>> LatestAsync(long deploymentNumber, int most) => reader.ListAsync(Latest, deploymentNumber, most);

    /// <inheritdoc />
    public Task RemovePurgedAsync(CancellationToken cancellation) => Task.CompletedTask;
}
