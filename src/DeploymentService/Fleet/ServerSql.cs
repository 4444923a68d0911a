using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Fleet;

/// <summary>The statements by which what is known of servers goes to the disk.</summary>
public static class ServerSql
{
    /// <summary>What is known of a server: project, server, last fetch, last report, after which deployment it was removed.</summary>
    public const string PutText = """
        INSERT INTO servers (project_id, server_id, last_fetch_time, last_report_time, removed_after) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (project_id, server_id) DO UPDATE SET last_fetch_time = excluded.last_fetch_time, last_report_time = excluded.last_report_time,
        removed_after = excluded.removed_after
        """;

    private const string DeleteText = "DELETE FROM servers WHERE project_id = $1 AND server_id = $2";

    /// <summary>Puts down what is known of a server.</summary>
    public static Statement<ServerContact> Put { get; } = new(PutText, static (parameters, server) => parameters
        .Add(server.ProjectId).Add(server.ServerId).Add(server.LastFetchTime).Add(server.LastReportTime).Add(server.RemovedAfter));

    /// <summary>Forgets a server.</summary>
    public static Statement<ServerContact> Delete { get; } = new(DeleteText, static (parameters, server) => parameters
        .Add(server.ProjectId).Add(server.ServerId));
}
