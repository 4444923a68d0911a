using DeploymentService.Auth;
using DeploymentService.Http;

namespace DeploymentService.Fleet;

/// <summary>Which projects there are, for a page that offers them.</summary>
public static class ProjectEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapProjects(this RouteGroupBuilder project) => project.MapGroup("").WithTags("Fleet")
        .MapGet("/projects", List).Requires(Permission.Read("projects:index")).WithName("listProjects");

    /// <summary>List your projects</summary>
    /// <remarks>
    /// The projects in which the caller may act, in the order of their ids: of an admin of all projects every one that has a deployment or a server, of everybody else their own.
    /// </remarks>
    /// <response code="200">The projects.</response>
    private static async Task<OkJson<ProjectList>> List(HttpContext http, FleetIndex fleet, CurrentFleet current)
    {
        var caller = Caller.Of(http);
        if (!caller.ActsInAllProjects)
        {
            return OkJson.Of(new ProjectList([new(caller.ProjectId)]));
        }

        await current.WaitAsync(http.RequestAborted);
        return OkJson.Of(new ProjectList([.. fleet.ProjectIds().Order(StringComparer.Ordinal).Select(id => new ProjectView(id))]));
    }
}

/// <summary>The answer with projects.</summary>
/// <param name="Projects">The projects, in the order of their ids.</param>
public sealed record ProjectList(IReadOnlyList<ProjectView> Projects);

/// <summary>A project.</summary>
/// <param name="Id">Its id, as it is in the paths.</param>
public sealed record ProjectView(string Id);
