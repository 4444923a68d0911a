using System.Text.Json;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Http;
using DeploymentService.Http.Bodies;
using DeploymentService.Http.OpenApi;
using DeploymentService.Limits;
using DeploymentService.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace DeploymentService.Fleet;

/// <summary>The list of deployments and a single one: the rows as Heat shows them, and what the fleet knows besides.</summary>
public static class DeploymentReadEndpoints
{
    private static readonly Permission ShowPermission = Permission.ReadOfServer("software_deployments:show");

    /// <summary>Maps the routes.</summary>
    /// <param name="deployments">The routes of the deployments.</param>
    public static void MapDeploymentReads(this RouteGroupBuilder deployments)
    {
        deployments.MapGet("/", List).Requires(Permission.Read("software_deployments:index"))
            .IgnoresUnknownParameters("server_id", "limit", "marker").WithName("listDeployments");
        deployments.MapGet("/{deployment_id}", Show).Requires(ShowPermission).IgnoresUnknownParameters().WithName("showDeployment");
    }

    /// <summary>List deployments</summary>
    /// <remarks>
    /// Oldest first, or in the order that `sort_key` and `sort_dir` say; only those that fit all filters. With `wait` the answer comes when all of these are
    /// complete or failed, including those that are created meanwhile, or when the time is over. `q` and its companions look only at what the caller may see. With
    /// `outputs=true` at most 10,000 deployments are looked at for a page, which may then have fewer than `limit` and still a link to the next. `format=csv` and
    /// `format=ndjson` send all of them, or `limit`, as a table or as an object a line while they are read.
    /// </remarks>
    /// <response code="200">The deployments, with a link to the next page where `limit` cut the list.</response>
    private static async Task<Results<PagedResult<DeploymentList, DeploymentView>, DeploymentExport>> List(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        DeploymentListQuery query,
        Paging paging,
        IDeploymentStore deployments,
        DeploymentSearch found,
        IDeploymentWaits waits,
        HeavyReads heavy,
        DeploymentRedaction redaction)
    {
        var caller = Caller.Of(http);
        if (query.IsPlain)
        {
            await heavy.BeginBeyondPageAsync(http, paging);

            return Listed(async page =>
            {
                var chunk = await deployments.ListAsync(projectId, query.Filter.ServerId, page);
                Hold(http, chunk.Items.Sum(view => (long)view.LargeBytes), ShownValues.All);
                return await redaction.ForAsync(caller, projectId, chunk);
            });
        }

        await found.WaitAsync(http.RequestAborted);
        if (query.Wait is { } wait)
        {
            await waits.ForEndsAsync(http, projectId, query.Filter, wait);
        }

        // Not before the wait, which is no work.
        if (query.IsSearch || query.SearchesOutputs || HeavyReads.IsBeyondPage(paging))
        {
            await heavy.BeginAsync(http, hasWaited: query.Wait is not null);
        }

        var those = await found.FindAsync(projectId, query, paging, http.RequestAborted);
        var reading = found.Reading(projectId, those, query, Redacted);
        return query.Format == ListFormat.Json ? Listed(reading, those) : new DeploymentExport(query, paging, reading);

        ValueTask<DeploymentView> Redacted(DeploymentView view)
        {
            Hold(http, view.LargeBytes, query.Values);
            return redaction.ForAsync(caller, projectId, view, query.Values);
        }

        PagedResult<DeploymentList, DeploymentView> Listed(Func<Paging, ValueTask<ListChunk<DeploymentView>>> read, FoundDeployments? those = null) =>
            new("software_deployments", ["software_deployments_links"], paging, read) { WriteMore = json => WriteCounts(json, those) };
    }

    private static void WriteCounts(Utf8JsonWriter json, FoundDeployments? found)
    {
        if (found?.Count is { } count)
        {
            json.WriteNumber("count", count);
        }

        if (found?.OutputsLookedAt is { } looked)
        {
            json.WriteNumber("outputs_looked_at", looked);
        }
    }

    /// <summary>Show a deployment</summary>
    /// <remarks>
    /// With `wait` the answer comes as soon as the deployment is complete or failed, or when the time is over, and then as it is. With `If-None-Match`, the
    /// `ETag` of an earlier answer, it comes with any change instead; 304 when there is none. A reader gets `••••` in the place of secrets: of inputs that are
    /// hidden, and of whatever the names of inputs and outputs, at any depth, say to be one. With `values=masked` everybody does.
    /// </remarks>
    /// <response code="200">The deployment.</response>
    /// <response code="304">What <c>If-None-Match</c> names is still what this request would get.</response>
    /// <response code="403">An agent may do it for its own server only.</response>
    /// <response code="404">The project has no such deployment.</response>
    [Reads(ParameterLocation.Header, "If-None-Match")]
    [Sends("ETag")]
    private static async Task<Results<OkJson<DeploymentEnvelope>, StatusCodeHttpResult, Fault>> Show(
        HttpContext http,
        [FromRoute(Name = "project_id")] string projectId,
        [FromRoute(Name = "deployment_id")] string deploymentId,
        ShowQuery query,
        IDeploymentStore deployments,
        IDeploymentWaits waits,
        CurrentFleet current,
        DetailEnricher details,
        DeploymentRedaction redaction)
    {
        var caller = Caller.Of(http);
        var known = ETagCondition.Read(http.Request.Headers.IfNoneMatch);
        var deployment = await deployments.FindAsync(projectId, deploymentId);
        if (deployment is not null && !caller.MayActFor(deployment.ServerId))
        {
            return Fault.Forbidden(ShowPermission.Name);
        }

        if (deployment is not null && query.Wait is { } wait)
        {
            deployment = await waits.ForAsync(http, deployment, now => known is null ? now.IsTerminal : !known.Matches(now.Revision), wait);
        }

        if (deployment is null)
        {
            return DeploymentEndpoints.NotFound(deploymentId);
        }

        var tag = DeploymentETag.Of(deployment.Revision, query.Values, caller);
        // Who only waits, and knows an answer without details, asks about the state alone.
        var hasDetails = query.Detail && !(query.IsForStateAlone && known?.Names(tag) == true);
        if (!hasDetails && known?.Matches(tag) == true)
        {
            http.Response.Headers.ETag = tag;
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var view = DeploymentView.Of(deployment).With(query.Values);
        if (hasDetails)
        {
            await current.WaitAsync(http.RequestAborted);
            await details.WaitAsync(http.RequestAborted);
            view = await details.AddAsync(view, deployment);
        }

        Hold(http, view.LargeBytes, query.Values);
        view = await redaction.ForAsync(caller, projectId, view, query.Values);
        if (hasDetails)
        {
            // Of what is shown: a hash of more would be a way to guess it.
            tag = DeploymentETag.OfDetails(deployment.Revision, DetailHash.Of(view, query.Values, caller, http.RequestServices.GetRequiredService<WireJson>()));
        }

        http.Response.Headers.ETag = tag;
        return known?.Matches(tag) == true ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : OkJson.Of(new DeploymentEnvelope(view));
    }

    /// <summary>Counts what an answer takes while it is made of large values, so that few of these are made at once. What is sent then counts alone.</summary>
    /// <exception cref="FaultException">503: there is no room for it.</exception>
    internal static void Hold(HttpContext http, long bytes, ShownValues values)
    {
        // As measured: the looking for secrets reads all of the JSON, and writes it again.
        const int times = 4;
        const int timesWithoutSecrets = 8;
        if (bytes > BytesInFlight.SmallAnswer)
        {
            BytesInFlight.HoldAnswer(http, bytes * (Caller.Of(http).SeesSecrets && values != ShownValues.Masked ? times : timesWithoutSecrets));
        }
    }
}
