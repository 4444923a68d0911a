using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Usage;

/// <summary>How much projects have, and how much they do.</summary>
public static class UsageEndpoints
{
    /// <summary>Maps the route of a project.</summary>
    public static void MapUsage(this RouteGroupBuilder project) => project.MapGroup("").WithTags("Fleet")
        .MapGet("/usage", Show).Requires(Permission.Read("usage:show")).WithName("showUsage");

    /// <summary>Maps the route of all projects.</summary>
    public static void MapUsageOfAll(this IEndpointRouteBuilder routes) => routes.MapGroup("/v1").CheckQueries().WithTags("Fleet")
        .MapGet("/usage", List).Requires(Permission.Administer("usage:index")).WithName("listUsage");

    /// <summary>Show the usage of a project</summary>
    /// <remarks>
    /// How many rows and bytes the project has, how much it does, and its quotas. Bytes are counted as the database keeps the texts, without indexes, events and free space;
    /// `counted_time` says when, a moment ago or, where counting takes long, some time.
    /// </remarks>
    /// <response code="200">The usage.</response>
    private static async Task<OkJson<UsageEnvelope>> Show(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, UsageReports reports, CurrentFleet current, HeavyReads heavy)
    {
        await current.WaitAsync(http.RequestAborted);
        await heavy.BeginAsync(http);
        return OkJson.Of(new UsageEnvelope(await reports.OfAsync(projectId)));
    }

    /// <summary>List the usage of all projects</summary>
    /// <remarks>In the order of their ids, without quotas, for admins of all projects. It is counted once a minute at most.</remarks>
    /// <response code="200">The usage of each project, with a link to the next page where `limit` cut the list.</response>
    private static async Task<PagedResult<UsageList, UsageView>> List(HttpContext http, Paging paging, UsageReports reports, CurrentFleet current, HeavyReads heavy)
    {
        await current.WaitAsync(http.RequestAborted);
        await heavy.BeginAsync(http);
        var all = await reports.AllAsync();
        return new("usage", ["usage_links"], paging, page => new(reports.PageOf(all, page)));
    }
}
