using System.Threading.RateLimiting;
using DeploymentService.Hosting;
using DeploymentService.Http;

namespace DeploymentService.Limits;

/// <summary>How often the agent of a server may ask with its signed URL, which must have been checked: anything else would be a count of its own.</summary>
public sealed class AgentRequests : IDisposable
{
    private readonly PartitionedRateLimiter<(string ProjectId, string ServerId)>? _limiter;
    private readonly Tally<Limited> _refused;

    /// <summary>Sets it up.</summary>
    public AgentRequests(CallerLimitsOptions options, Tally<Limited> refused)
    {
        _refused = refused;
        if (options.AgentRequestsPerSecond > 0)
        {
            var bucket = TokenBuckets.Options(options.AgentRequestsPerSecond, options.AgentRequestBurst);
            _limiter = PartitionedRateLimiter.Create<(string ProjectId, string ServerId), (string ProjectId, string ServerId)>(
                server => RateLimitPartition.GetTokenBucketLimiter(server, _ => bucket));
        }
    }

    /// <summary>Counts a request for a server; the fault when there are too many.</summary>
    public Fault? Count(string projectId, string serverId)
    {
        using var lease = _limiter?.AttemptAcquire((projectId, serverId));
        if (lease is not { IsAcquired: false })
        {
            return null;
        }

        _refused.Add(Limited.AgentRequests);
        return Fault.TooMany("The URL of this server is asked too often (Limits:AgentRequestsPerSecond): run one agent, and let it pause between its polls.", TokenBuckets.RetryAfter(lease));
    }

    /// <inheritdoc />
    public void Dispose() => _limiter?.Dispose();
}
