using System.Text.Json.Serialization;
using DeploymentService.Http;
using DeploymentService.Stopping;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeploymentService.Observability;

/// <summary>
/// Whether the service can do its work: for load balancers, containers and people. Handlers like all others, because the framework's own health endpoints are
/// in no OpenAPI document and answer every method.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The path of the readiness.</summary>
    public const string ReadyPath = "/health/ready";

    private static readonly Starting Mark = new();

    private sealed class Starting;

    // Not 503, with which a balancer would break off what it has sent already.
    private static readonly Fault Stopping = Fault.NotFound("The service is about to stop: send new requests to another replica.");

    /// <summary>True of a request that was told that the service has not finished its start, which is no fault.</summary>
    internal static bool IsOfStart(HttpContext http) => http.Features.Get<Starting>() is not null;

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and Heat's <c>/healthcheck</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Discovery")
            // A probe that sends the token of a busy script must not take the service for a dead one.
            .DisableRateLimiting();
        health.MapGet("/health/live", LiveAsync).WithName("checkLive");
        health.MapGet(ReadyPath, ReadyAsync).WithName("checkReady");
        health.MapGet("/healthcheck", CheckAsync).WithName("checkHealth");
    }

    /// <summary>Check that the process lives</summary>
    /// <remarks>For whoever restarts it when it does not.</remarks>
    /// <response code="200">It lives.</response>
    /// <response code="503">Only a restart helps; the message says why.</response>
    private static async Task<Results<OkJson<Health>, Fault>> LiveAsync(HttpContext http, HealthCheckService checks) =>
        Answer(await AskAsync(http, checks, HealthSetup.Live));

    /// <summary>Check the readiness</summary>
    /// <remarks>
    /// For load balancers: whether requests may be sent here. Only faults of this replica count: while a database that replicas share cannot be reached, it is ready, and
    /// `message` says what cannot be done.
    /// </remarks>
    /// <response code="200">The service can do its work, as far as its database lets it.</response>
    /// <response code="404">The service is about to stop, and answers until then; balancers such as HAProxy take this for the wish to get no new requests.</response>
    /// <response code="503">The service cannot do its work; the message says which part.</response>
    private static async Task<Results<OkJson<Health>, Fault>> ReadyAsync(HttpContext http, HealthCheckService checks, DrainingLifetime lifetime) =>
        lifetime.IsDraining ? Stopping : Answer(await AskAsync(http, checks, HealthSetup.Ready));

    /// <summary>Check the health</summary>
    /// <remarks>The readiness, as Heat answers it.</remarks>
    /// <response code="200">The service can do its work; no body.</response>
    /// <response code="404">The service is about to stop, and answers until then.</response>
    /// <response code="503">The service cannot do its work; the message says which part.</response>
    private static async Task<Results<Ok, Fault>> CheckAsync(HttpContext http, HealthCheckService checks, DrainingLifetime lifetime) =>
        lifetime.IsDraining ? Stopping : await AskAsync(http, checks, HealthSetup.Ready) is { Status: HealthStatus.Unhealthy, Message: var message } ? Fault.Unavailable(message!) : TypedResults.Ok();

    private static Results<OkJson<Health>, Fault> Answer((HealthStatus Status, string? Message) answer) => answer.Status switch
    {
        HealthStatus.Healthy => OkJson.Of(Health.Ok),
        HealthStatus.Degraded => OkJson.Of(new Health("degraded") { Message = answer.Message }),
        _ => Fault.Unavailable(answer.Message!),
    };

    private static async Task<(HealthStatus Status, string? Message)> AskAsync(HttpContext http, HealthCheckService checks, string tag)
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(tag), http.RequestAborted);
        if (report.Status != HealthStatus.Unhealthy && report.Entries.Values.FirstOrDefault(check => check.Data.ContainsKey(HealthSetup.Starting)) is { Description: { } still })
        {
            http.Features.Set(Mark);
            return (HealthStatus.Unhealthy, still);
        }

        return (report.Status, string.Join(' ', report.Entries.Values.Where(check => check.Status == report.Status).Select(Sentence).Distinct()));
    }

    // The description of a check that broke is the message of its exception.
    private static string Sentence(HealthReportEntry check) =>
        check.Exception is null && check.Description is { } description ? description : "The health could not be found out: see the service's log.";
}

/// <summary>How the service is.</summary>
/// <param name="Status"><c>ok</c>, or <c>degraded</c> when its database keeps it from its work.</param>
public sealed record Health(string Status)
{
    /// <summary>It is.</summary>
    public static Health Ok { get; } = new("ok");

    /// <summary>What cannot be done now, through no fault of the service; only then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
