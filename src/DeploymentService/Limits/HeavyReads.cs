using System.Threading.RateLimiting;
using DeploymentService.Auth;
using DeploymentService.Hosting;
using DeploymentService.Http;

namespace DeploymentService.Limits;

/// <summary>
/// How many answers that look at much a token gets at a time: each costs the processor as much as a thousand small ones. Others wait their turn, so that a
/// client that asks for several at once gets them all.
/// </summary>
public sealed class HeavyReads : IDisposable
{
    /// <summary>Up to so many entries of a list are a page.</summary>
    public const int Page = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly PartitionedRateLimiter<Caller>? _limiter;
    private readonly TimeProvider _time;
    private readonly Tally<Limited> _refused;

    /// <summary>Sets it up.</summary>
    public HeavyReads(CallerLimitsOptions options, TimeProvider time, Tally<Limited> refused)
    {
        _time = time;
        _refused = refused;
        if (options.HeavyReads > 0)
        {
            // The queue is as long as its patience and the limit of requests allow.
            var atOnce = new ConcurrencyLimiterOptions { PermitLimit = options.HeavyReads, QueueLimit = int.MaxValue };
            _limiter = PartitionedRateLimiter.Create<Caller, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller.Id, _ => atOnce));
        }
    }

    /// <summary>True when a list is longer than a page, as far as is known.</summary>
    public static bool IsBeyondPage(Paging paging) => paging.Limit is null or > Page;

    /// <summary>Begins one when it is its turn; it lasts until the request is over.</summary>
    /// <param name="http">The request.</param>
    /// <param name="hasWaited">True of one that has waited for this, and is not sent away.</param>
    /// <exception cref="FaultException">429: its turn did not come in time.</exception>
    public async ValueTask BeginAsync(HttpContext http, bool hasWaited = false)
    {
        if (await TurnAsync(http, hasWaited ? Timeout.InfiniteTimeSpan : Patience) is { } turn)
        {
            http.Response.RegisterForDispose(turn);
        }
    }

    /// <summary>The same for a list that is longer than a page; a shorter one is none.</summary>
    public ValueTask BeginBeyondPageAsync(HttpContext http, Paging paging) => IsBeyondPage(paging) ? BeginAsync(http) : ValueTask.CompletedTask;

    /// <summary>Begins one when it is its turn; it lasts until the result is disposed of.</summary>
    /// <exception cref="FaultException">429: its turn did not come in time.</exception>
    public ValueTask<IDisposable?> TurnAsync(HttpContext http) => TurnAsync(http, Patience);

    /// <inheritdoc />
    public void Dispose() => _limiter?.Dispose();

    private async ValueTask<IDisposable?> TurnAsync(HttpContext http, TimeSpan patience)
    {
        if (_limiter is null)
        {
            return null;
        }

        var caller = Caller.Of(http);
        var turn = _limiter.AttemptAcquire(caller);
        if (turn.IsAcquired)
        {
            return turn;
        }

        turn.Dispose();
        using var over = new CancellationTokenSource(patience, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(over.Token, http.RequestAborted);
        try
        {
            return await _limiter.AcquireAsync(caller, cancellationToken: end.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            _refused.Add(Limited.HeavyReads);
            throw new FaultException(Fault.TooMany(
                "Too many long lists, searches or summaries are asked for with this token at once (Limits:HeavyReads): ask for fewer at a time, or in pages with limit."));
        }
    }
}
