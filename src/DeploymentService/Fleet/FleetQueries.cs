using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>The queries by which the fleet comes into memory.</summary>
public static class FleetQueries
{
    private const string DeploymentsText = """
        SELECT d.sequence, d.project_id, d.id, d.server_id, d.config_id, c.name, d.action, d.status, substr(d.status_reason, 1, 1001),
        coalesce(d.updated_time, d.creation_time), d.lateness, d.rollout_id
        FROM software_deployments AS d JOIN software_configs AS c ON c.project_id = d.project_id AND c.id = d.config_id
        WHERE d.sequence > $1 ORDER BY d.sequence
        """;

    private const string ServersText = """
        SELECT project_id, server_id, last_fetch_time, last_report_time, removed_after, written_time FROM servers
        WHERE (project_id, server_id) > ($1, $2) ORDER BY project_id, server_id
        """;

    private const string WrittenServersText = """
        SELECT project_id, server_id, last_fetch_time, last_report_time, removed_after, written_time FROM servers WHERE written_time > $1
        """;

    private const string ConfigNameText = "SELECT name FROM software_configs WHERE project_id = $1 AND id = $2";

    /// <summary>What is kept in memory of the deployments of all projects, behind a number.</summary>
    internal static Query<long, FleetEntryRow> Deployments { get; } = new(DeploymentsText, static (parameters, after) => parameters.Add(after), ReadDeployment);

    /// <summary>The servers of all projects, behind a project and server.</summary>
    internal static Query<(string ProjectId, string ServerId), ServerContact> Servers { get; } =
        new(ServersText, static (parameters, after) => parameters.Add(after.ProjectId).Add(after.ServerId), ReadServer);

    /// <summary>The servers whose rows were written since a time. There is no index for it: of 100,000 rows all are looked at in some milliseconds.</summary>
    internal static Query<DateTime, ServerContact> WrittenServers { get; } = new(WrittenServersText, static (parameters, since) => parameters.Add(since), ReadServer);

    /// <summary>The name of a config.</summary>
    internal static Query<(string ProjectId, string Id), string?> ConfigName { get; } =
        new(ConfigNameText, static (parameters, key) => parameters.Add(key.ProjectId).Add(key.Id), static row => row.TextOrNull(0));

    private static FleetEntryRow ReadDeployment(IRow row) => new()
    {
        Number = row.Integer(0),
        ProjectId = row.Text(1),
        Id = Guid.Parse(row.Text(2)),
        ServerId = row.Text(3),
        ConfigId = row.Text(4),
        ConfigName = row.TextOrNull(5),
        Action = row.TextOrNull(6),
        Status = row.Text(7),
        Reason = row.TextOrNull(8),
        ChangedTime = row.Time(9),
        Lateness = (Lateness)row.Integer(10),
        RolloutId = row.TextOrNull(11),
    };

    private static ServerContact ReadServer(IRow row) => new()
    {
        ProjectId = row.Text(0),
        ServerId = row.Text(1),
        LastFetchTime = row.TimeOrNull(2),
        LastReportTime = row.TimeOrNull(3),
        RemovedAfter = row.IntegerOrNull(4),
        WrittenTime = row.Time(5),
    };
}

/// <summary>A deployment as it is loaded.</summary>
internal readonly record struct FleetEntryRow
{
    public required long Number { get; init; }

    public required string ProjectId { get; init; }

    public required Guid Id { get; init; }

    public required string ServerId { get; init; }

    public required string ConfigId { get; init; }

    public required string? ConfigName { get; init; }

    public required string? Action { get; init; }

    public required string Status { get; init; }

    public required string? Reason { get; init; }

    public required DateTime ChangedTime { get; init; }

    public required Lateness Lateness { get; init; }

    public required string? RolloutId { get; init; }
}
