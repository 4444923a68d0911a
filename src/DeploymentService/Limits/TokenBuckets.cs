using System.Threading.RateLimiting;

namespace DeploymentService.Limits;

/// <summary>Rates, in the terms of the framework's limiters.</summary>
internal static class TokenBuckets
{
    /// <summary>A bucket that fills once a second.</summary>
    /// <param name="rate">How many a second; more than 0.</param>
    /// <param name="burst">How many at once after a pause; no fewer than in a second count.</param>
    public static TokenBucketRateLimiterOptions Options(int rate, int burst) => new()
    {
        TokenLimit = Math.Max(rate, burst),
        TokensPerPeriod = rate,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    /// <summary>After how long to try again what was refused.</summary>
    public static TimeSpan? RetryAfter(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null;
}
