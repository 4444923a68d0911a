using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>The statements by which what is known of servers goes to the disk.</summary>
public static class ServerSql
{
    /// <summary>
    /// When a server was heard of: project, server, last fetch, last report, now, when the last removal was that is known, before when all know of one. Never back to an earlier
    /// time; and where it was removed and that is not known yet, what was heard is from before.
    /// </summary>
    public const string PutText = """
        INSERT INTO servers (project_id, server_id, last_fetch_time, last_report_time, removed_after, written_time) VALUES ($1, $2, $3, $4, NULL, $5)
        ON CONFLICT (project_id, server_id) DO UPDATE SET
        last_fetch_time = CASE WHEN servers.last_fetch_time IS NULL OR excluded.last_fetch_time > servers.last_fetch_time
            THEN excluded.last_fetch_time ELSE servers.last_fetch_time END,
        last_report_time = CASE WHEN servers.last_report_time IS NULL OR excluded.last_report_time > servers.last_report_time
            THEN excluded.last_report_time ELSE servers.last_report_time END,
        removed_after = NULL, written_time = excluded.written_time
        WHERE servers.removed_after IS NULL OR servers.written_time = $6 OR servers.written_time < $7
        """;

    private const string RemoveText = """
        INSERT INTO servers (project_id, server_id, last_fetch_time, last_report_time, removed_after, written_time) VALUES ($1, $2, NULL, NULL, $3, $4)
        ON CONFLICT (project_id, server_id) DO UPDATE SET last_fetch_time = NULL, last_report_time = NULL,
        removed_after = excluded.removed_after, written_time = excluded.written_time
        """;

    // Another replica may have heard of it since.
    private const string DeleteText = """
        DELETE FROM servers WHERE project_id = $1 AND server_id = $2
        AND (removed_after IS NOT NULL OR (coalesce(last_fetch_time, 0) < $3 AND coalesce(last_report_time, 0) < $3))
        """;

    // By then every replica that lives has heard of a removal.
    private static readonly TimeSpan Known = TimeSpan.FromMinutes(1);

    /// <summary>Puts down when a server was heard of.</summary>
    internal static Statement<(HeardServer Server, DateTime Now)> Put { get; } = new(PutText, static (parameters, put) => parameters
        .Add(put.Server.ProjectId).Add(put.Server.ServerId).Add(put.Server.LastFetchTime).Add(put.Server.LastReportTime)
        .Add(put.Now).Add(put.Server.RemovedTime).Add(put.Now - Known));

    /// <summary>Removes a server.</summary>
    internal static Statement<ServerContact> Remove { get; } = new(RemoveText, static (parameters, server) => parameters
        .Add(server.ProjectId).Add(server.ServerId).Add(server.RemovedAfter).Add(server.WrittenTime));

    /// <summary>Forgets a server that is removed, or was not heard of since a time.</summary>
    internal static Statement<(ServerKey Server, DateTime Since)> Delete { get; } = new(DeleteText, static (parameters, forgotten) => parameters
        .Add(forgotten.Server.ProjectId).Add(forgotten.Server.Id).Add(forgotten.Since));
}

/// <summary>What is to be put down of a server.</summary>
/// <param name="ProjectId">Its project.</param>
/// <param name="ServerId">Its id.</param>
/// <param name="LastFetchTime">When it last asked what to run.</param>
/// <param name="LastReportTime">When it last reported.</param>
/// <param name="RemovedTime">When it was last removed, as far as that is known.</param>
internal sealed record HeardServer(string ProjectId, string ServerId, DateTime? LastFetchTime, DateTime? LastReportTime, DateTime? RemovedTime);
