using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Events;

/// <summary>What happened to deployments: the history of each, and the stream of a project.</summary>
public static class EventEndpoints
{
    private static readonly Operation HistoryOperation = Operation.ReadOfServer("software_deployments:events");

    /// <summary>Maps the routes.</summary>
    public static void MapEvents(this RouteGroupBuilder project)
    {
        var events = project.MapGroup("").WithTags("Events");
        events.MapGet("/software_deployments/{deployment_id}/events", History).Requires(HistoryOperation).WithName("listDeploymentEvents");
        events.MapGet("/events", Stream).Requires(Operation.Read("events:stream")).WithName("streamEvents");
    }

    /// <summary>List what happened to a deployment</summary>
    /// <remarks>Oldest first. The history of a deleted deployment can be read until it is purged.</remarks>
    /// <response code="200">The events, and where a limit cut the list, the link to the next page.</response>
    /// <response code="403">Or the deployment is one of another server than the agent's.</response>
    /// <response code="404">The project never had such a deployment, or its history is purged.</response>
    private static Results<ListAnswer<EventList, EventView>, Fault> History(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        Paging paging,
        EventHistory history,
        Redaction redaction)
    {
        if (history.Find(projectId, deploymentId) is not { } deployment)
        {
            return DeploymentEndpoints.NotFound(deploymentId);
        }

        var caller = Caller.Of(http);
        return caller.MayActFor(deployment.ServerId)
            ? new ListAnswer<EventList, EventView>("events", ["events_links"], paging, page => redaction.For(caller, history.OfDeployment(deployment.Number, page)))
            : Fault.Forbidden(HistoryOperation.Name);
    }

    /// <summary>Follow what happens in a project</summary>
    /// <remarks>
    /// Server-sent events, each as in the history, in their order; `id` is the sequence. With `Last-Event-ID`, the last that was received, it goes on behind it,
    /// also after a restart of the service; without, it begins now. While nothing happens a comment comes every 15 seconds. Where events that were
    /// asked for are purged, or the id is unknown, an event named `gap` says so.
    /// </remarks>
    /// <response code="200">The stream. It ends when the client ends it, or the service, and soon after its token has ended.</response>
    private static EventStream Stream(
        [FromRoute(Name = "project_id")] string projectId,
        [FromQuery(Name = "server_id")] string? serverId,
        [FromQuery(Name = "deployment_id")] string? deploymentId,
        StreamPlace place) =>
        new(projectId, place.After, string.IsNullOrEmpty(serverId) ? null : serverId, string.IsNullOrEmpty(deploymentId) ? null : deploymentId);
}
