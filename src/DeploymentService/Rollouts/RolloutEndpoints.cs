using DeploymentService.Auth;
using DeploymentService.Events;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Http.OpenApi;
using DeploymentService.Idempotency;
using DeploymentService.Limits;
using DeploymentService.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Rollouts;

/// <summary>Rollouts: a config on its way to many servers.</summary>
public static class RolloutEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapRollouts(this RouteGroupBuilder project)
    {
        var rollouts = project.MapGroup("/rollouts").WithTags("Rollouts");
        rollouts.MapPost("/", Create).Requires(Permission.Change("rollouts:create")).WithName("createRollout");
        rollouts.MapGet("/", List).Requires(Permission.Read("rollouts:index")).WithName("listRollouts");
        rollouts.MapGet("/{rollout_id}", Show).Requires(Permission.Read("rollouts:show")).WithName("showRollout");
        rollouts.MapGet("/{rollout_id}/servers", Servers).Requires(Permission.Read("rollouts:servers")).WithName("listRolloutServers");
        rollouts.MapGet("/{rollout_id}/events", Events).Requires(Permission.Read("rollouts:events")).WithName("listRolloutEvents");
        rollouts.MapGet("/{rollout_id}/wait", RolloutWait.Wait).Requires(Permission.Read("rollouts:wait")).WithMetadata(new PlainText()).WithName("waitForRollout");
        rollouts.MapRolloutActions();
    }

    /// <summary>Roll a config out</summary>
    /// <remarks>
    /// Brings a config to many servers, batch by batch, each only when the one before is at its end. It goes on by itself, also over a restart of the service, and stops when more
    /// servers fail than may; one that is overdue counts as failed. A server has one deployment for all rollouts of a name: a later rollout gives it its config and begins its
    /// next run. With the header <c>Idempotency-Key</c> a request that is sent again within a day begins nothing new, and is answered with the first rollout as it is by then.
    /// </remarks>
    /// <response code="200">The rollout.</response>
    /// <response code="403">Or the project may have no more: the message says of what.</response>
    /// <response code="409">A rollout of that name has not ended, nor has the one in `retry_of`; or the <c>Idempotency-Key</c> was used with another body.</response>
    [Reads(ParameterLocation.Header, IdempotencyKey.Header)]
    private static async Task<Results<OkJson<RolloutEnvelope>, Fault>> Create(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        CreateRollout body,
        RolloutStore rollouts,
        RolloutServers servers,
        RolloutReports reports,
        IdempotencyStore keys,
        RolloutQuotas quotas,
        CurrentFleet current)
    {
        await current.WaitAsync(http.RequestAborted);
        var earlier = body.RetryOf is { } id ? await rollouts.FindAsync(projectId, id) : null;
        IReadOnlyList<string> asked = [.. (body.Servers ?? []).Distinct()];
        var isNew = !await keys.ContainsAsync(projectId, InsertRollout.Operation, body.Idempotency);
        if (isNew)
        {
            if (body.RetryOf is not null && earlier is not { IsEnded: true })
            {
                return earlier is null
                    ? Fault.BadRequest($"retry_of: no rollout with id {body.RetryOf} is in this project.")
                    : Fault.Conflict($"retry_of: rollout {earlier.Id} has not ended: POST …/rollouts/{earlier.Id}/retry runs its failed servers again.");
            }

            asked = earlier is not null ? await rollouts.RetriedAsync(earlier)
                : body.ServerFilter is { } filter ? await servers.FindAsync(projectId, filter, http.RequestAborted)
                : asked;
            if (asked.Count is 0 or > CreateRolloutValidator.MostServers)
            {
                return Fault.BadRequest($"{(earlier is null ? "server_filter" : "retry_of")}: fits {(asked.Count == 0
                    ? "no server" : $"{asked.Count} servers, and a rollout has {CreateRolloutValidator.MostServers} at most")}.");
            }
        }

        using var room = await keys.HoldAsync(
            projectId, InsertRollout.Operation, body.Idempotency, () => quotas.HoldAsync(projectId, body, asked, earlier, http.RequestAborted));
        var (outcome, created) = await rollouts.CreateAsync(projectId, body, asked, earlier, Actor.Of(http));
        room.Keep();
        return outcome switch
        {
            RolloutCreationOutcome.Created when await rollouts.FindAsync(projectId, created!) is { } rollout =>
                OkJson.Of(new RolloutEnvelope(await reports.ShowAsync(Caller.Of(http), rollout, http.RequestAborted))),
            RolloutCreationOutcome.KeyOfAnotherBody => IdempotencyKey.Conflict,
            RolloutCreationOutcome.NameIsInProgress => NameIsInProgress(body.Name!, created),
            _ => Fault.BadRequest($"config_id: no software config with id {body.ConfigId ?? earlier?.ConfigId} is in this project."),
        };
    }

    /// <summary>List rollouts</summary>
    /// <remarks>Newest first. With `by=config` deployments that were made one by one are shown as rollouts, one a config: to be read, not to be changed.</remarks>
    /// <response code="200">The rollouts, with a link to the next page where `limit` cut the list.</response>
    private static async Task<PagedResult<RolloutList, RolloutView>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        RolloutListQuery query,
        Paging paging,
        RolloutLists lists,
        CurrentFleet current,
        HeavyReads heavy)
    {
        await current.WaitAsync(http.RequestAborted);
        if (query.IsByConfig || HeavyReads.IsBeyondPage(paging))
        {
            await heavy.BeginAsync(http);
        }

        return new("rollouts", ["rollouts_links"], paging, await lists.ReadingAsync(projectId, query, http.RequestAborted));
    }

    /// <summary>Show a rollout</summary>
    /// <response code="200">The rollout, with what it waits for and why servers failed.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static async Task<Results<OkJson<RolloutEnvelope>, Fault>> Show(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "rollout_id")] string rolloutId,
        RolloutShowQuery query,
        RolloutStore rollouts,
        RolloutReports reports,
        CurrentFleet current)
    {
        await current.WaitAsync(http.RequestAborted);
        return await rollouts.FindAsync(projectId, rolloutId) is { } rollout
            ? OkJson.Of(new RolloutEnvelope(await reports.ShowAsync(Caller.Of(http), rollout, http.RequestAborted, query.Values)))
            : NotFound(rolloutId);
    }

    /// <summary>List the servers of a rollout</summary>
    /// <remarks>In the order in which they are begun, with what became of each. What ended stays as it was, whatever is run on the server later.</remarks>
    /// <response code="200">The servers, with a link to the next page where `limit` cut the list.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static async Task<Results<PagedResult<RolloutServerList, RolloutServerView>, Fault>> Servers(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "rollout_id")] string rolloutId,
        RolloutServersQuery query,
        Paging paging,
        RolloutStore rollouts,
        RolloutLists lists,
        HeavyReads heavy)
    {
        if (await rollouts.FindAsync(projectId, rolloutId) is not { } rollout)
        {
            return NotFound(rolloutId);
        }

        await heavy.BeginBeyondPageAsync(http, paging);

        var caller = Caller.Of(http);
        return new PagedResult<RolloutServerList, RolloutServerView>("servers", ["servers_links"], paging, page => lists.ServersAsync(caller, rollout, query, page));
    }

    /// <summary>List what happened to a rollout</summary>
    /// <remarks>Oldest first, 1,000 events at most unless `limit` says something else. What happened to its deployments is in their histories, which name the rollout.</remarks>
    /// <response code="200">The events, with a link to the next page where there are more.</response>
    /// <response code="404">The project has no such rollout.</response>
    private static async Task<Results<PagedResult<RolloutEventList, SubjectEventView>, Fault>> Events(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "rollout_id")] string rolloutId,
        Paging paging,
        RolloutStore rollouts,
        RolloutLists lists,
        HeavyReads heavy)
    {
        if (await rollouts.FindAsync(projectId, rolloutId) is not { } rollout)
        {
            return NotFound(rolloutId);
        }

        await heavy.BeginBeyondPageAsync(http, paging);

        var caller = Caller.Of(http);
        return new PagedResult<RolloutEventList, SubjectEventView>(
            "events", ["events_links"], EventHistory.PageOf(paging), page => lists.EventsAsync(caller, rollout, page));
    }

    /// <summary>404 of a rollout.</summary>
    internal static Fault NotFound(string rolloutId) => Fault.NotFound($"Rollout with id {rolloutId} not found");

    /// <summary>409: another rollout uses the deployments of that name.</summary>
    internal static Fault NameIsInProgress(string name, string? rolloutId) =>
        Fault.Conflict($"Rollout {(rolloutId is null ? "" : rolloutId + " ")}of the name '{name}' has not ended: wait for its end or abort it, or choose another name.");
}
