using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Rollouts;

/// <summary>What people do with a rollout. Who is not the first to want something is answered as if he were.</summary>
public static class RolloutActionEndpoints
{
    private static readonly Permission Change = Permission.Change("rollouts:update");

    /// <summary>Maps the routes.</summary>
    internal static void MapRolloutActions(this RouteGroupBuilder rollouts)
    {
        rollouts.MapPost("/{rollout_id}/pause", Pause).Requires(Change).WithName("pauseRollout");
        rollouts.MapPost("/{rollout_id}/resume", Resume).Requires(Change).WithName("resumeRollout");
        rollouts.MapPost("/{rollout_id}/next", Next).Requires(Change).WithName("beginNextBatch");
        rollouts.MapPost("/{rollout_id}/abort", Abort).Requires(Change).WithName("abortRollout");
        rollouts.MapPost("/{rollout_id}/retry", Retry).Requires(Change).WithName("retryRollout");
    }

    /// <summary>Pause a rollout</summary>
    /// <remarks>Nothing more is begun until it is resumed; what runs goes on, and is counted. One that is paused or has ended stays as it is. A body is ignored.</remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static Task<Results<OkJson<RolloutEnvelope>, Fault>> Pause(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "rollout_id")] string rolloutId, RolloutActions actions) =>
        actions.RunAsync(http, (projectId, rolloutId), RolloutAction.Pause);

    /// <summary>Resume a rollout</summary>
    /// <remarks>It goes on. One that is not paused stays as it is. A body is ignored.</remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static Task<Results<OkJson<RolloutEnvelope>, Fault>> Resume(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "rollout_id")] string rolloutId, RolloutActions actions) =>
        actions.RunAsync(http, (projectId, rolloutId), RolloutAction.Resume);

    /// <summary>Begin the next batch</summary>
    /// <remarks>
    /// At once: it ends a pause, and does not wait for servers of the batch before that never report. With a number in the body nothing happens unless it is that of the next
    /// batch, so that the request can be sent again. One that has ended, or has no further batch, stays as it is.
    /// </remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static Task<Results<OkJson<RolloutEnvelope>, Fault>> Next(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "rollout_id")] string rolloutId, NextBatch body, RolloutActions actions) =>
        actions.RunAsync(http, (projectId, rolloutId), RolloutAction.Next, body.Batch);

    /// <summary>Abort a rollout</summary>
    /// <remarks>Nothing more is begun. What runs is left alone, and still counted. One that has ended stays as it is. A body is ignored.</remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static Task<Results<OkJson<RolloutEnvelope>, Fault>> Abort(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "rollout_id")] string rolloutId, RolloutActions actions) =>
        actions.RunAsync(http, (projectId, rolloutId), RolloutAction.Abort);

    /// <summary>Run the failed servers of a rollout again</summary>
    /// <remarks>
    /// They are put in front of those that were not begun yet, and the rollout goes on with its batches, also where it had failed or was complete with failures. One that was aborted
    /// stays so: a new rollout with `retry_of` takes its servers. One that overdue servers have stopped goes on with what was not begun. Where there
    /// is nothing to run, or overdue servers alone would stop it again, nothing happens. A body is ignored.
    /// </remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="404">The project has no such rollout.</response>
    /// <response code="409">Its config is deleted by now, or another rollout of its name has not ended.</response>
    private static Task<Results<OkJson<RolloutEnvelope>, Fault>> Retry(
        HttpContext http, [FromRoute(Name = "project_id")] string projectId, [FromRoute(Name = "rollout_id")] string rolloutId, RolloutActions actions) =>
        actions.RunAsync(http, (projectId, rolloutId), RolloutAction.Retry);
}

/// <summary>Does what a person wants, and shows the rollout.</summary>
public sealed class RolloutActions(RolloutStore rollouts, RolloutReports reports, CurrentFleet current)
{
    internal async Task<Results<OkJson<RolloutEnvelope>, Fault>> RunAsync(HttpContext http, (string ProjectId, string Id) key, RolloutAction action, long? batch = null)
    {
        await current.WaitAsync(http.RequestAborted);
        var result = await rollouts.ActAsync(key, action, batch, Actor.Of(http));
        return result switch
        {
            { Rollout: null } => RolloutEndpoints.NotFound(key.Id),
            { ConfigIsGone: true } => Fault.Conflict($"The config {result.Rollout.ConfigId} of the rollout is deleted: begin a new rollout with retry_of and another config."),
            { IsNameInProgress: true } => RolloutEndpoints.NameIsInProgress(result.Rollout.Name, null),
            _ => OkJson.Of(new RolloutEnvelope(await reports.ShowAsync(Caller.Of(http), result.Rollout, http.RequestAborted))),
        };
    }
}
