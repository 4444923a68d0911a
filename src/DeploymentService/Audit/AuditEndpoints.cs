using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Audit;

/// <summary>What people did in a project, for its admins.</summary>
public static class AuditEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapAudit(this RouteGroupBuilder project) => project.MapGroup("").WithTags("Events")
        .MapGet("/audit", List).Requires(Permission.Administer("audit:index")).WithName("listAuditEvents");

    /// <summary>List what people did</summary>
    /// <remarks>
    /// What happened to tokens, sessions, quotas, rollouts, servers and the signing keys, each with who did it and in which request. Newest first, 1,000 events at most unless `limit`
    /// says something else. What happened to deployments is in their histories.
    /// </remarks>
    /// <response code="200">The events, with a link to the next page where there are more.</response>
    private static async Task<PagedResult<AuditList, SubjectEventView>> List(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, AuditQuery query, Paging paging, AuditLog log, HeavyReads heavy)
    {
        var page = EventHistory.PageOf(paging);
        if (query.IsOfAll)
        {
            await heavy.BeginBeyondPageAsync(http, page);
        }
        else
        {
            // Few may fit of very many.
            await heavy.BeginAsync(http);
        }

        var range = await log.RangeOfAsync(query);
        return new("events", ["events_links"], page, part => log.ReadAsync(projectId, query, range, part));
    }
}
