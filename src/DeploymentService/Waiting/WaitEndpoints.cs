using DeploymentService.Auth;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Waiting;

/// <summary>Waiting for the end of deployments in one request, whose status says how they ended.</summary>
public static class WaitEndpoints
{
    /// <summary>Maps the route.</summary>
    public static void MapWaiting(this RouteGroupBuilder project) => project.MapGroup("").WithTags("Software deployments")
        .MapGet("/software_deployments/wait", Wait).Requires(Permission.Read("software_deployments:wait"))
        .WithMetadata(new PlainText()).WithName("waitForDeployments");

    /// <summary>Wait for the end of deployments</summary>
    /// <remarks>
    /// Answers when all deployments that fit the filters are complete or failed, those too that are created meanwhile, or when the time is over; the status says
    /// which. With `fail_fast` the first failure is the end. A client that tries again after 408 and 503, such as `curl --retry`, waits for as long as it
    /// likes, through proxies and a restart of the service. `Accept: text/plain` gets sentences with the same status. HEAD never waits.
    /// With `progress=true` the answer is 200 and lines of JSON (`application/x-ndjson`): `{"counts": …}` whenever they change and every 15 seconds, and in the last line the `outcome`, which
    /// is the status above, beside `message` and the same keys. What is wrong with the question itself keeps its status. It is for clients that show how it goes on.
    /// `q` looks at the ids of servers alone, because a report changes the reason. A filter or an `at_least` without a value is refused: it is a variable that was not set.
    /// </remarks>
    /// <response code="200">All of them are complete.</response>
    /// <response code="404">Fewer than `at_least` came in that time, or there is no config with that id, at once.</response>
    /// <response code="408">The time is over, and some are still in progress.</response>
    /// <response code="409">At least one of them failed.</response>
    private static async Task<Results<WaitAnswer<WaitView, WaitFaultBody>, Fault, ProgressEnd>> Wait(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        WaitQuery query,
        FleetIndex fleet,
        CurrentFleet current,
        FilterWaits waits,
        HeavyReads heavy,
        WaitReport report,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        await current.WaitAsync(http.RequestAborted);
        var goal = query.Goal;
        var begun = time.GetTimestamp();
        var span = query.Time.Span;
        var turn = await heavy.TurnAsync(http);
        var lines = ProgressLines.Of(http, query.Progress);
        try
        {
            while (true)
            {
                var left = HeadRequests.IsHead(http) ? TimeSpan.Zero : span - time.GetElapsedTime(begun);
                using (turn)
                {
                    if (await EndAsync(left) is { } answer)
                    {
                        // What can never come is a mistake in the question, which a client need not look for in lines.
                        var isRefusal = answer.StatusCode == StatusCodes.Status404NotFound && left > TimeSpan.Zero && lines is { HasBegun: false };
                        return lines is null || isRefusal ? answer : answer.AsLastOf(lines);
                    }
                }

                // Who has waited is not sent away.
                turn = null;
                if (lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    throw new FaultException(ProgressLines.Stopping);
                }

                await waits.WaitAsync(http, projectId, goal, left, lines);
            }
        }
        catch (FaultException refused) when (lines is { HasBegun: true })
        {
            return lines.End(refused.Fault.Status, refused.Fault.Message);
        }

        async ValueTask<WaitAnswer<WaitView, WaitFaultBody>?> EndAsync(TimeSpan left)
        {
            if (left > TimeSpan.Zero)
            {
                // Who goes on waiting needs no more than counts.
                var watch = Watch.Of(goal, fleet.Look(projectId, project => project.Entries));
                if (!watch.IsReached && !(watch.IsEmpty && await report.IsHopelessAsync(projectId, goal.Filter)))
                {
                    return null;
                }
            }

            var standing = Standing.Of(fleet, projectId, goal.Filter);
            var isEnd = left <= TimeSpan.Zero || standing.Reaches(goal) || (standing.Counts.Total == 0 && await report.IsHopelessAsync(projectId, goal.Filter));
            return isEnd ? await report.OfAsync(Caller.Of(http), projectId, goal, standing) : null;
        }
    }
}
