using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Rollouts;

/// <summary>The statements that change rollouts and their servers.</summary>
internal static class RolloutSql
{
    private const int RowsAtOnce = 50;

    private const string SaveText = """
        UPDATE rollouts SET status = $3, status_reason = $4, pending = $5, in_progress = $6, complete = $7, failed = $8, skipped = $9, batch = $10, batch_left = $11,
        batch_started_time = $12, resume_time = $13, paused_time = $14, paused_milliseconds = $15, started_time = $16, updated_time = $17, ended_time = $18,
        revision = revision + 1
        WHERE number = $1 AND revision = $2
        """;

    private const string EndText = """
        UPDATE rollout_servers SET outcome = $3, execution = $4, ended_time = $5, reason = $6 WHERE rollout_number = $1 AND position = $2
        """;

    private const string BeginText = """
        UPDATE rollout_servers SET outcome = $3, batch = $4, deployment_id = $5, execution = $6, started_time = $7, ended_time = $8, reason = NULL
        WHERE rollout_number = $1 AND position = $2
        """;

    private const string RetryText = """
        UPDATE rollout_servers SET outcome = 0, started_time = NULL, ended_time = NULL, reason = NULL WHERE rollout_number = $1 AND outcome = 3
        """;

    private const string UseText = """
        INSERT INTO rollout_deployments (project_id, name, server_id, deployment_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT (project_id, name, server_id) DO UPDATE SET deployment_id = excluded.deployment_id
        """;

    private const string OneText = "INSERT INTO rollout_servers (rollout_number, position, server_id, outcome) VALUES ($1, $2, $3, 0)";

    private static readonly string ManyText =
        OneText.Replace("($1, $2, $3, 0)", string.Join(", ", Enumerable.Range(0, RowsAtOnce).Select(row => $"($1, $2 + {row}, ${row + 3}, 0)")), StringComparison.Ordinal);

    /// <summary>Saves a rollout, which must be as it was seen; the first thing of a change, so that otherwise nothing is changed.</summary>
    public static Statement<(Rollout Row, DateTime Now)> Save { get; } = new(SaveText, static (parameters, save) => parameters
        .Add(save.Row.Number).Add(save.Row.Revision).Add(save.Row.Status).Add(save.Row.StatusReason).Add(save.Row.Pending).Add(save.Row.InProgress)
        .Add(save.Row.Complete).Add(save.Row.Failed).Add(save.Row.Skipped).Add(save.Row.Batch).Add(save.Row.BatchLeft).Add(save.Row.BatchStartedTime)
        .Add(save.Row.ResumeTime).Add(save.Row.PausedTime).Add(save.Row.PausedMilliseconds).Add(save.Row.StartedTime).Add(save.Now).Add(save.Row.EndedTime));

    /// <summary>Puts down the end of a server.</summary>
    public static Statement<RolloutServer> End { get; } = new(EndText, static (parameters, server) => parameters
        .Add(server.RolloutNumber).Add(server.Position).Add((long)server.Outcome).Add(server.Execution).Add(server.EndedTime).Add(server.Reason));

    /// <summary>Puts down that a server was begun, or skipped.</summary>
    public static Statement<RolloutServer> Begin { get; } = new(BeginText, static (parameters, server) => parameters
        .Add(server.RolloutNumber).Add(server.Position).Add((long)server.Outcome).Add(server.Batch).Add(server.DeploymentId).Add(server.Execution)
        .Add(server.StartedTime).Add(server.EndedTime));

    /// <summary>Puts the servers of a rollout that failed back among those that are to be begun.</summary>
    public static Statement<long> Retry { get; } = new(RetryText, static (parameters, number) => parameters.Add(number));

    /// <summary>Says which deployment is used for a server.</summary>
    public static Statement<RolloutDeployment> Use { get; } = new(UseText, static (parameters, row) => parameters
        .Add(row.ProjectId).Add(row.Name).Add(row.ServerId).Add(row.DeploymentId));

    private static Statement<(long Number, long Position, string[] Servers)> Many { get; } = new(ManyText, BindServers);

    private static Statement<(long Number, long Position, string[] Servers)> One { get; } = new(OneText, BindServers);

    /// <summary>Adds the servers of a rollout, some at a time: an engine that is far away is told of fewer statements.</summary>
    public static void Insert(IWriteTransaction rows, long number, IReadOnlyList<string> servers)
    {
        var chunks = servers.Chunk(RowsAtOnce).Select((chunk, place) => (Number: number, Position: (long)place * RowsAtOnce, Servers: chunk)).ToList();
        var full = chunks.Where(chunk => chunk.Servers.Length == RowsAtOnce).ToList();
        rows.Execute(Many, full);
        rows.Execute(One, [.. chunks.Skip(full.Count).SelectMany(chunk =>
            chunk.Servers.Select((server, place) => (chunk.Number, chunk.Position + place, new[] { server })))]);
    }

    private static void BindServers(IParameters parameters, (long Number, long Position, string[] Servers) chunk)
    {
        parameters.Add(chunk.Number).Add(chunk.Position);
        foreach (var server in chunk.Servers)
        {
            parameters.Add(server);
        }
    }
}
