using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Fleet;

/// <summary>How a project and its servers stand.</summary>
public static class FleetEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapFleet(this RouteGroupBuilder project)
    {
        var fleet = project.MapGroup("").WithTags("Fleet");
        fleet.MapGet("/software_deployments/summary", Summary).Requires(Permission.Read("software_deployments:summary")).WithName("summarizeDeployments");
        fleet.MapGet("/config_names", ConfigNames).Requires(Permission.Read("config_names:index")).WithName("listConfigNames");
        fleet.MapGet("/action_names", ActionNames).Requires(Permission.Read("action_names:index")).WithName("listActionNames");
        fleet.MapGet("/servers", Servers).Requires(Permission.Read("servers:index")).WithName("listServers");
        fleet.MapDelete("/servers/{server_id}", RemoveServer).Requires(Permission.Change("servers:delete")).WithName("removeServer");
    }

    /// <summary>Count the deployments</summary>
    /// <remarks>
    /// How many there are of each status, how many are overdue, how many servers went silent, and what happened in the last 24 hours. With filters, as those
    /// of the list, only the deployments that fit and their servers are counted, and there are no `hours`. With `group_by` the same comes group by group, the largest
    /// first; reasons are grouped by what they mean, without numbers, ids, paths, times and quoted values, and with one example each. A reader's groups are made of what
    /// a reader sees.
    /// </remarks>
    /// <response code="200">The counts.</response>
    private static async Task<OkJson<SummaryEnvelope>> Summary(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, SummaryQuery query, FleetReports fleet, HeavyReads heavy)
    {
        await heavy.BeginAsync(http);
        return OkJson.Of(new SummaryEnvelope(await fleet.SummaryAsync(projectId, query, http.RequestAborted)));
    }

    /// <summary>List the names of configs</summary>
    /// <remarks>Those that deployments use, by the alphabet, for whoever types one: with `q` those that have it in them.</remarks>
    /// <response code="200">The names.</response>
    private static async Task<OkJson<ConfigNameList>> ConfigNames(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, SuggestionQuery query, FleetReports fleet) =>
        OkJson.Of(new ConfigNameList(await fleet.SuggestAsync(projectId, query, project => project.Names, http.RequestAborted)));

    /// <summary>List the actions</summary>
    /// <remarks>Those that deployments have, by the alphabet, for whoever types one: with `q` those that have it in them.</remarks>
    /// <response code="200">The actions.</response>
    private static async Task<OkJson<ActionNameList>> ActionNames(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, SuggestionQuery query, FleetReports fleet) =>
        OkJson.Of(new ActionNameList(await fleet.SuggestAsync(projectId, query, project => project.Actions, http.RequestAborted)));

    /// <summary>List the servers</summary>
    /// <remarks>
    /// Those that have a deployment or were ever heard of, in the order of their ids, with when they were last heard of. A server is silent when it was
    /// heard of once and is no more, though it is expected to speak: because its agent polls, or because something is in progress.
    /// </remarks>
    /// <response code="200">The servers, with a link to the next page where `limit` cut the list.</response>
    private static async Task<PagedResult<ServerList, ServerView>> Servers(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, ServerQuery query, Paging paging, FleetReports fleet, HeavyReads heavy)
    {
        if (query.Text is not null || HeavyReads.IsBeyondPage(paging))
        {
            await heavy.BeginAsync(http);
        }

        var (found, isMore) = await fleet.ServersAsync(projectId, query, paging, http.RequestAborted);
        return new("servers", ["servers_links"], paging, page => ValueTask.FromResult(ListChunk.Of(found, isMore, page, server => server.ServerId, lastPlace: 0)));
    }

    /// <summary>Remove a server</summary>
    /// <remarks>
    /// It is listed no more until its agent fetches or reports again, or until it gets something to do. Its agent URLs, its signal URLs and the tokens of its agent
    /// become worthless; one that comes back needs a new URL. Deployments that have ended stay. With `deployments=fail` those in progress become
    /// `FAILED`, with `deployments=delete` they are deleted.
    /// </remarks>
    /// <response code="204">The server is removed.</response>
    /// <response code="404">The project has no such server.</response>
    /// <response code="409">It has deployments in progress: say what is to become of them.</response>
    private static async Task<Results<NoContent, Fault>> RemoveServer(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, RemoveServerQuery query, CurrentFleet current, ServerStore servers)
    {
        await current.WaitAsync(http.RequestAborted);
        if (!servers.IsKnown(projectId, query.ServerId))
        {
            return Fault.NotFound($"Server with id {query.ServerId} not found");
        }

        var removal = await servers.RemoveAsync(projectId, query.ServerId, query.Deployments, Actor.Of(http));
        return removal.IsRemoved
            ? TypedResults.NoContent()
            : Fault.Referenced(
                $"The server has {removal.InProgress} deployment{(removal.InProgress == 1 ? "" : "s")} in progress: remove it with deployments=fail or deployments=delete.");
    }
}
