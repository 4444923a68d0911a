using DeploymentService.Auth;
using DeploymentService.Http;
using DeploymentService.Limits;
using DeploymentService.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Events;

/// <summary>What happened to deployments: the history of each, and the stream of a project.</summary>
public static class EventEndpoints
{
    private static readonly Permission HistoryPermission = Permission.ReadOfServer("software_deployments:events");

    /// <summary>Maps the routes.</summary>
    public static void MapEvents(this RouteGroupBuilder project)
    {
        var events = project.MapGroup("").WithTags("Events");
        events.MapGet("/software_deployments/{deployment_id}/events", History).Requires(HistoryPermission).WithName("listDeploymentEvents");
        events.MapGet("/events", Stream).Requires(Permission.Read("events:stream")).WithName("streamEvents");
    }

    /// <summary>List what happened to a deployment</summary>
    /// <remarks>Oldest first, 1,000 events at most unless `limit` says something else. The history of a deleted deployment can be read until it is purged.</remarks>
    /// <response code="200">The events, with a link to the next page where there are more.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project never had such a deployment, or its history is purged.</response>
    private static async Task<Results<PagedResult<EventList, EventView>, Fault>> History(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        Paging paging,
        EventHistory history,
        HeavyReads heavy,
        Redaction redaction)
    {
        if (await history.FindAsync(projectId, deploymentId) is not { } deployment)
        {
            return Fault.NotFound($"Deployment with id {deploymentId} not found");
        }

        await history.Loaded.WaitAsync(http.RequestAborted);
        await heavy.BeginBeyondPageAsync(http, paging);

        var caller = Caller.Of(http);
        return caller.MayActFor(deployment.ServerId)
            ? new PagedResult<EventList, EventView>(
                "events", ["events_links"], EventHistory.PageOf(paging), async page => redaction.For(caller, await history.OfDeploymentAsync(deployment.Number, page)))
            : Fault.Forbidden(HistoryPermission.Name);
    }

    /// <summary>Follow what happens in a project</summary>
    /// <remarks>
    /// Server-sent events, in the order in which they happened. `id` is the sequence of the event, `event` its name, and `data` one line of JSON:
    ///
    /// * `created`, `skipped`, `fetched`, `update`, `signal`, `late`, `refused`, `run`, `overdue`, `expired`, `deleted`: what happened to a deployment,
    ///   as in its history;
    /// * `rollout.created`, `rollout.batch_begun`, `rollout.ended` and others: what happened to a rollout; `subject` and `id` say which;
    /// * `gap`: `{"from": …, "to": …}`, the first and the last event that the client may have missed for good, because they are purged or because the
    ///   service does not know the id in `Last-Event-ID`.
    ///
    /// With `Last-Event-ID`, the id of the last event that was received, the stream continues after it, also after a restart of the service; without, it begins
    /// now. While nothing happens, a comment keeps the connection open every 15 seconds.
    /// </remarks>
    /// <response code="200">The stream. It ends when the client or the service ends it, and soon after its token has ended.</response>
    private static EventStream Stream(
        [FromRoute(Name = "project_id")] string projectId,
        [FromQuery(Name = "server_id")] string? serverId,
        [FromQuery(Name = "deployment_id")] string? deploymentId,
        StreamPosition place) =>
        new(projectId, place.After, string.IsNullOrEmpty(serverId) ? null : serverId, string.IsNullOrEmpty(deploymentId) ? null : deploymentId);
}
