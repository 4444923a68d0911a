using System.Threading.RateLimiting;
using DeploymentService.Auth;
using DeploymentService.Hosting;
using DeploymentService.Http;

namespace DeploymentService.Limits;

/// <summary>How many requests of a kind may be held open, by one token and in all.</summary>
public abstract class HeldLimit : IDisposable
{
    // Most that are held end within a minute, and some at any time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly PartitionedRateLimiter<Caller> _limiter;
    private readonly string _sentence;
    private readonly Action _countRefused;
    private int _held;

    /// <summary>Sets it up.</summary>
    /// <param name="ofToken">How many a token may hold; 0 for no limit.</param>
    /// <param name="inAll">How many there may be in all; 0 for no limit.</param>
    /// <param name="sentence">What whoever holds too many is told.</param>
    /// <param name="countRefused">Counts one who is told that.</param>
    protected HeldLimit(int ofToken, int inAll, string sentence, Action countRefused)
    {
        _limiter = PartitionedRateLimiter.CreateChained(Limiter(ofToken, caller => caller.Id), Limiter(inAll, _ => ""));
        _sentence = sentence;
        _countRefused = countRefused;
    }

    /// <summary>How many are held now.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Takes a place until the result is disposed of.</summary>
    /// <exception cref="FaultException">429: there is none.</exception>
    public IDisposable Take(HttpContext http) => TryTake(http, out var full) ?? throw new FaultException(full);

    /// <summary>The same where an exception comes too late: null when there is none, and what to answer then.</summary>
    public IDisposable? TryTake(HttpContext http, out Fault full)
    {
        full = Fault.TooMany(_sentence, Pause);
        var lease = _limiter.AttemptAcquire(Caller.Of(http));
        if (lease.IsAcquired)
        {
            Interlocked.Increment(ref _held);
            return new Place(this, lease);
        }

        lease.Dispose();
        _countRefused();
        return null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }

    private static PartitionedRateLimiter<Caller> Limiter(int most, Func<Caller, string> key)
    {
        var atOnce = new ConcurrencyLimiterOptions { PermitLimit = Math.Max(most, 1), QueueLimit = 0 };
        return PartitionedRateLimiter.Create<Caller, string>(caller =>
            most == 0 ? RateLimitPartition.GetNoLimiter("") : RateLimitPartition.GetConcurrencyLimiter(key(caller), _ => atOnce));
    }

    private sealed class Place(HeldLimit limit, RateLimitLease lease) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref limit._held);
                lease.Dispose();
            }
        }
    }
}

/// <summary>How many requests may wait.</summary>
public sealed class WaitLimit(CallerLimitsOptions options, Tally<Limited> refused) : HeldLimit(
    options.Waiters,
    options.WaitersInAll,
    "Too many requests wait already (Limits:Waiters, Limits:WaitersInAll): wait for several deployments in one request, by a filter.",
    () => refused.Add(Limited.Waiters));

/// <summary>How many streams may be followed.</summary>
public sealed class StreamLimit(CallerLimitsOptions options, Tally<Limited> refused) : HeldLimit(
    options.Streams,
    options.StreamsInAll,
    "Too many streams are followed already (Limits:Streams, Limits:StreamsInAll): follow one for the whole project.",
    () => refused.Add(Limited.Streams));
