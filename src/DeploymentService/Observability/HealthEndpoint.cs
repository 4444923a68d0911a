using DeploymentService.Data.Sqlite;
using DeploymentService.Http;
using DeploymentService.Writing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace DeploymentService.Observability;

/// <summary>Whether the service can do its work: for load balancers, containers and people.</summary>
public static class HealthEndpoint
{
    private const string Probe = "SELECT 1 FROM software_configs LIMIT 1";

    /// <summary>Maps <c>GET /healthcheck</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes) => routes.MapGet("/healthcheck", Check).WithTags("Discovery").WithName("checkHealth");

    /// <summary>Check the health</summary>
    /// <remarks>For load balancers, containers and people.</remarks>
    /// <response code="200">The service can read and write; no body.</response>
    /// <response code="503">The service cannot do its work; the message says which part.</response>
    private static Results<Ok, Fault> Check(GroupCommitWriter writer, SqliteReaders readers)
    {
        if (!writer.IsRunning)
        {
            return Fault.Unavailable("The service cannot write: see its log.");
        }

        try
        {
            readers.Read(static (session, _) =>
            {
                session.Prepare(Probe).Execute();
                return true;
            }, 0);
            return TypedResults.Ok();
        }
        catch (SqliteException)
        {
            return Fault.Unavailable("The database cannot be read: see the service's log.");
        }
    }
}
