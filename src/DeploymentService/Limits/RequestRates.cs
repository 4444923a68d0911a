using System.Threading.RateLimiting;
using DeploymentService.Auth;
using DeploymentService.Hosting;
using DeploymentService.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace DeploymentService.Limits;

/// <summary>
/// How many requests a token may make. Whoever was not recognised has no token to count by, and an invented one would be a count of its own. Reports are
/// let through: what an agent has done once would be lost.
/// </summary>
internal static class RequestRates
{
    private static readonly string Sentence =
        "There were too many requests with this token (Limits:RequestsPerSecond): try again after the seconds in Retry-After.";

    /// <summary>Sets the framework's limiter up.</summary>
    public static void Configure(RateLimiterOptions limiter, CallerLimitsOptions options)
    {
        var bucket = TokenBuckets.Options(options.RequestsPerSecond, options.RequestBurst);
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Caller.OfOrNull(http) is { } caller && !IsReport(http, caller)
            ? RateLimitPartition.GetTokenBucketLimiter(caller.Id, _ => bucket)
            : RateLimitPartition.GetNoLimiter(""));
        limiter.OnRejected = static (rejected, _) =>
        {
            rejected.HttpContext.RequestServices.GetRequiredService<Tally<Limited>>().Add(Limited.Requests);
            return new(FaultOf(rejected.Lease).ExecuteAsync(rejected.HttpContext));
        };
    }

    /// <summary>What is answered when there were too many.</summary>
    public static Fault FaultOf(RateLimitLease lease) => Fault.TooMany(Sentence, TokenBuckets.RetryAfter(lease));

    private static bool IsReport(HttpContext http, Caller caller) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ReportRoute>() is { } route && (caller.IsAgent || !route.IsOfAgentsAlone);
}

/// <summary>Metadata of a route by which agents report.</summary>
/// <param name="IsOfAgentsAlone">True where others make changes by it, which are no reports.</param>
public sealed record ReportRoute(bool IsOfAgentsAlone);
