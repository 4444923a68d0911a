using System.Globalization;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Fleet;
using DeploymentService.Http;
using DeploymentService.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DeploymentService.Runs;

/// <summary>What became of each time that a deployment was run.</summary>
public static class RunEndpoints
{
    private static readonly Permission RunsPermission = Permission.ReadOfServer("software_deployments:runs");

    /// <summary>Maps the routes.</summary>
    public static void MapRuns(this RouteGroupBuilder project)
    {
        var runs = project.MapGroup("/software_deployments/{deployment_id}/runs").WithTags("Runs");
        runs.MapGet("/", List).Requires(RunsPermission).WithName("listDeploymentRuns");
        runs.MapGet("/{number}", Show).Requires(RunsPermission).WithName("showDeploymentRun");
    }

    /// <summary>List the runs of a deployment</summary>
    /// <remarks>
    /// Newest first; the first is the present one. A run keeps the config, the action and the inputs that it began with, and the outputs that were reported of
    /// it. As many are kept as `Runs:Keep` says; they go with their deployment.
    /// </remarks>
    /// <response code="200">The runs, with a link to the next page where `limit` cut the list.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project has no such deployment.</response>
    private static async Task<Results<PagedResult<RunList, RunView>, Fault>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        RunsQuery query,
        Paging paging,
        RunStore runs,
        RunRedaction redaction,
        HeavyReads heavy)
    {
        var (present, fault) = await PresentAsync(http, projectId, deploymentId, runs);
        if (fault is not null)
        {
            return fault;
        }

        await heavy.BeginBeyondPageAsync(http, paging);
        return new PagedResult<RunList, RunView>("runs", ["runs_links"], paging, async page =>
        {
            var chunk = (await runs.ListAsync(present!, page)).Select(view => view.With(query.Values));
            DeploymentReadEndpoints.Hold(http, chunk.Items.Sum(view => (long)view.LargeBytes), query.Values);
            return await redaction.ForAsync(Caller.Of(http), projectId, chunk, query.Values);
        });
    }

    /// <summary>Show a run of a deployment</summary>
    /// <remarks>The present run has the number that `execution` has in the deployment with `detail=true`; the first had 1.</remarks>
    /// <response code="200">The run.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project has no such deployment, or the deployment no such run, or it is no longer kept.</response>
    private static async Task<Results<OkJson<RunEnvelope>, Fault>> Show(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        [FromRoute(Name = "number")] string number,
        RunsQuery query,
        RunStore runs,
        RunRedaction redaction)
    {
        var (present, fault) = await PresentAsync(http, projectId, deploymentId, runs);
        if (fault is not null)
        {
            return fault;
        }

        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) || wanted < 1 || wanted > present!.Number)
        {
            return Fault.NotFound($"Deployment with id {deploymentId} has no run {number}: its runs are numbered from 1 to {present!.Number}");
        }

        if ((wanted == present.Number ? present : await runs.EarlierAsync(present.DeploymentNumber, wanted)) is not { } run)
        {
            return Fault.NotFound($"Run {wanted} of deployment with id {deploymentId} is no longer kept: list the runs to see which are");
        }

        var view = RunView.Of(run).With(query.Values);
        DeploymentReadEndpoints.Hold(http, view.LargeBytes, query.Values);
        return OkJson.Of(new RunEnvelope(await redaction.ForAsync(Caller.Of(http), projectId, view, query.Values)));
    }

    private static async ValueTask<(Storage.Model.DeploymentRun? Present, Fault? Fault)> PresentAsync(HttpContext http, string projectId, string deploymentId, RunStore runs)
    {
        if (await runs.PresentAsync(projectId, deploymentId) is not { } found)
        {
            return (null, DeploymentEndpoints.NotFound(deploymentId));
        }

        return Caller.Of(http).MayActFor(found.ServerId) ? (found.Run, null) : (null, Fault.Forbidden(RunsPermission.Name));
    }
}
