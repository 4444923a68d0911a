using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Limits;
using DeploymentService.Secrets;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using DeploymentService.Waiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Rollouts;

/// <summary>Waiting for the end of a rollout in one request, whose status says how it ended.</summary>
internal static class RolloutWait
{
    /// <summary>Wait for the end of a rollout</summary>
    /// <remarks>
    /// Answers when it has ended, or when the time is over; the status says which. One that is paused has not ended. A client that tries again after 408 and 503, such as `curl --retry`,
    /// waits for as long as it likes. `Accept: text/plain` gets sentences with the same status. HEAD never waits.
    /// With `progress=true` the answer is 200 and lines of JSON, as that of the wait for deployments.
    /// </remarks>
    /// <response code="200">It is `COMPLETE`: no server failed.</response>
    /// <response code="404">The project has no such rollout.</response>
    /// <response code="408">The time is over, and it has not ended.</response>
    /// <response code="409">It has ended as `FAILED`, `COMPLETE_WITH_FAILURES` or `ABORTED`.</response>
    public static async Task<Results<WaitAnswer<RolloutWaitView, RolloutWaitFaultBody>, Fault, ProgressEnd>> Wait(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "rollout_id")] string rolloutId,
        RolloutWaitQuery query,
        RolloutWaits waits,
        RolloutWaitReport report,
        CurrentFleet current,
        IHostApplicationLifetime lifetime)
    {
        var lines = ProgressLines.Of(http, query.Progress);
        try
        {
            var rollout = await waits.ForEndAsync(http, (projectId, rolloutId), HeadRequests.IsHead(http) ? TimeSpan.Zero : query.Time.Span, lines);
            if (rollout is null)
            {
                return RolloutEndpoints.NotFound(rolloutId);
            }

            if (!rollout.IsEnded && lifetime.ApplicationStopping.IsCancellationRequested)
            {
                throw new FaultException(ProgressLines.Stopping);
            }

            await current.WaitAsync(http.RequestAborted);
            var answer = await report.OfAsync(Caller.Of(http), rollout);
            return lines is null ? answer : answer.AsLastOf(lines);
        }
        catch (FaultException refused) when (lines is { HasBegun: true })
        {
            return lines.End(refused.Fault.Status, refused.Fault.Message);
        }
    }
}

/// <summary>Those who wait for the end of a rollout: an object in memory each, and a query whenever something happens to the rollout itself.</summary>
internal sealed class RolloutWaits(
    IDatabaseReader reader, RolloutFollower follower, WaitLimit limit, TokenWatch tokens, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Waits until a rollout has ended, or time is over, or the service stops.</summary>
    /// <returns>The rollout as it is then; null when there is none.</returns>
    /// <exception cref="FaultException">401: the token has ended. 429: too many wait already.</exception>
    public async Task<Rollout?> ForEndAsync(HttpContext http, (string ProjectId, string Id) rollout, TimeSpan span, ProgressLines? lines)
    {
        using var place = limit.Take(http);
        return await tokens.WhileGoodAsync(http, end => ForEndAsync(rollout, span, lines, end));
    }

    private async Task<Rollout?> ForEndAsync((string ProjectId, string Id) rollout, TimeSpan span, ProgressLines? lines, CancellationToken ended)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ended, lifetime.ApplicationStopping);
        var begun = time.GetTimestamp();
        var signal = follower.Join(rollout);
        try
        {
            while (true)
            {
                // Before looking, so that no end falls in between.
                var next = signal.Next;
                var found = await reader.FirstAsync(RolloutQueries.Find, rollout);
                var left = span - time.GetElapsedTime(begun);
                if (found is null or { IsEnded: true } || left <= TimeSpan.Zero)
                {
                    return found;
                }

                if (lines is not null)
                {
                    // Its servers come to their ends without a word about the rollout.
                    await lines.TellAsync(RolloutCountsView.Of(found));
                    left = left < ProgressLines.Look ? left : ProgressLines.Look;
                }

                if (!await HappensAsync(next, left, end.Token, ended))
                {
                    return found;
                }
            }
        }
        finally
        {
            follower.Leave(rollout);
        }
    }

    /// <summary>False when the service stops.</summary>
    private async Task<bool> HappensAsync(Task next, TimeSpan left, CancellationToken end, CancellationToken ended)
    {
        try
        {
            await next.WaitAsync(left, time, end);
        }
        catch (TimeoutException)
        {
            // It is looked at once more.
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            return false;
        }

        return true;
    }
}

/// <summary>Says how a wait for a rollout ended, as a caller may see it.</summary>
internal sealed class RolloutWaitReport(IDatabaseReader reader, RolloutDetails details, Redaction redaction)
{
    public async ValueTask<WaitAnswer<RolloutWaitView, RolloutWaitFaultBody>> OfAsync(Caller caller, Rollout rollout)
    {
        var failed = await reader.ListAsync(RolloutQueries.FirstFailed, rollout, Standing.MostNamed);
        var failures = failed.ConvertAll(one => new FailureView(
            one.Server.DeploymentId ?? "", one.Server.ServerId, rollout.ConfigId, redaction.ShortReasonFor(caller, one.Server.Reason)));
        var left = await details.LeftAsync(caller, rollout, Standing.MostNamed);
        var status = rollout.Status == RolloutStatus.Complete ? StatusCodes.Status200OK
            : rollout.IsEnded ? StatusCodes.Status409Conflict
            : StatusCodes.Status408RequestTimeout;
        return new(status, Sentence(rollout), new(rollout.Status, RolloutCountsView.Of(rollout), failures, left));
    }

    private static string Sentence(Rollout rollout)
    {
        var name = $"rollout '{rollout.Name}' ({rollout.Id}) is {rollout.Status}";
        return rollout.IsEnded
            ? $"R{name[1..]}. {rollout.StatusReason?.TrimEnd('.')}."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Time over: {name}, and {rollout.Done} of {rollout.Total} servers are done: {rollout.Pending} PENDING, {rollout.InProgress} IN_PROGRESS, {rollout.Complete} COMPLETE, {rollout.Failed} FAILED, {rollout.Skipped} SKIPPED. Ask again to go on waiting.");
    }
}
