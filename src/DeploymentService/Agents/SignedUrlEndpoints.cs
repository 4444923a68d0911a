using DeploymentService.Agents.Script;
using DeploymentService.Auth;
using DeploymentService.Deployments;
using DeploymentService.Events;
using DeploymentService.Http;
using DeploymentService.Limits;
using DeploymentService.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DeploymentService.Agents;

/// <summary>
/// What the agents themselves call, without a token: the URL is the secret. Anything but exactly a URL that the service made is 404, as every path
/// that leads nowhere, because an agent keeps what it has on 404 and asks again.
/// </summary>
public static class SignedUrlEndpoints
{
    /// <summary>Maps the routes. They are made by the service and never by a client, so the document leaves them out.</summary>
    public static void MapSignedUrls(this IEndpointRouteBuilder routes)
    {
        var secret = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        // Agents begin with HEAD, so that Allow names it here.
        secret.MapMethods(AgentUrlClaims.Route, [HttpMethods.Get, HttpMethods.Head], Poll);
        secret.MapMethods(AgentUrlClaims.Route + AgentScript.Suffix, [HttpMethods.Get, HttpMethods.Head], Script);
        secret.MapMethods(SignalUrlClaims.Route, [HttpMethods.Put, HttpMethods.Post], Signal).AuditRejectedReports().TakesReports();
    }

    /// <summary>
    /// Keeps what is answered below these paths out of caches, and the paths out of other sites' logs. Before routing, so that it is so for every
    /// answer.
    /// </summary>
    public static void UseSignedUrls(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments("/agent") || http.Request.Path.StartsWithSegments("/signal"))
        {
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
        }

        return next(http);
    });

    private static Task<IResult> Poll(HttpContext http, SignedPath signed, FetchRecorder fetches) =>
        AnswerAsync(http, http.Request.Path.Value!, (address, entries) => new AgentDocument(entries, address, fetches, signed));

    private static Task<IResult> Script(HttpContext http, SignedPath signed, FetchRecorder fetches) =>
        AnswerAsync(http, http.Request.Path.Value![..^AgentScript.Suffix.Length], (address, entries) => new AgentScript(entries, address, fetches, signed));

    private static async Task<IResult> AnswerAsync(
        HttpContext http, string signedPath, Func<AgentUrlClaims, RowsById<AgentEntry>, IResult> answer)
    {
        var services = http.RequestServices;
        if (!await services.GetRequiredService<SignedPath>().VerifyAsync(signedPath))
        {
            return Fault.NoSuchPath;
        }

        var address = AgentUrlClaims.Read(http.Request.RouteValues);
        if (services.GetRequiredService<AgentRequests>().Count(address.ProjectId, address.ServerId) is { } tooMany)
        {
            return tooMany;
        }

        var hasExpired = address.ExpiryTime <= services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        if (hasExpired || await services.GetRequiredService<AgentStore>().EntriesAsync(address) is not { } entries)
        {
            services.GetRequiredService<FetchRecorder>().RecordInVain(address.ProjectId, address.ServerId, hasExpired);
            return Fault.NoSuchPath;
        }

        return answer(address, entries);
    }

    private static async Task<Results<Ok, Fault>> Signal(HttpContext http, SignedPath signed, SignalStore signals)
    {
        // Before the body, which may be large.
        if (!await signed.VerifyAsync(http.Request.Path.Value!))
        {
            return Fault.NoSuchPath;
        }

        var address = SignalUrlClaims.Read(http.Request.RouteValues);
        if (await signals.IsRotatedAsync(address))
        {
            await signals.RefuseRotatedAsync(address, Actor.Of(http));
            return Fault.NoSuchPath;
        }

        var body = await SignalBody.ReadAsync(http);
        if (body.Outputs is null)
        {
            return body.ErrorOf!;
        }

        var result = await signals.ApplyAsync(address.ProjectId, address.DeploymentId, address, body.Outputs, body.Repairs, Actor.Of(http));
        switch (result.Outcome)
        {
            case SignalOutcome.Unknown:
                return DeploymentEndpoints.NotFound(address.DeploymentId);
            case SignalOutcome.Rotated:
                // While the body came.
                await signals.RefuseRotatedAsync(address, Actor.Of(http));
                return Fault.NoSuchPath;
            default:
                return TypedResults.Ok();
        }
    }
}
