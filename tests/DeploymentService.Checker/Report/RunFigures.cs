using System.Collections.Concurrent;

namespace DeploymentService.Checker.Report;

/// <summary>The figures of a run.</summary>
public sealed class RunFigures(string? timeline) : IDisposable
{
    // Milliseconds between two lines of the timeline.
    private const long TimelineStep = 10;
    private const int MostReasons = 5;

    private readonly StreamWriter? _timeline = timeline is null ? null : new StreamWriter(timeline);
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, int> _broken = new();
    private long _lastWrite;
    private long _acknowledged;
    private long _read;
    private long _refused;
    private long _unavailable;
    private long _longestOutage;

    /// <summary>Of writes.</summary>
    public Latencies Writes { get; } = new();

    /// <summary>Of reads that do not wait.</summary>
    public Latencies Reads { get; } = new();

    /// <summary>Milliseconds since 1970.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The longest time that a client went without any success, in milliseconds.</summary>
    public long LongestOutage => Interlocked.Read(ref _longestOutage);

    /// <summary>Notes a write that was acknowledged.</summary>
    public void AddAcknowledged(TimeSpan taken)
    {
        Interlocked.Increment(ref _acknowledged);
        Writes.Add(taken);
        if (_timeline is null)
        {
            return;
        }

        lock (_lock)
        {
            var now = Now;
            if (now - _lastWrite >= TimelineStep)
            {
                _lastWrite = now;
                _timeline.WriteLine(now);
                _timeline.Flush();
            }
        }
    }

    /// <summary>Notes a read that was answered; one that waited says nothing about speed.</summary>
    public void AddRead(TimeSpan? taken)
    {
        Interlocked.Increment(ref _read);
        if (taken is { } time)
        {
            Reads.Add(time);
        }
    }

    /// <summary>Notes an answer 4xx that may be.</summary>
    public void AddRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Notes an answer 503 or 429.</summary>
    public void AddUnavailable() => Interlocked.Increment(ref _unavailable);

    /// <summary>Notes a connection that was refused or broken.</summary>
    public void AddBroken(string why) => _broken.AddOrUpdate(why, 1, (_, count) => count + 1);

    /// <summary>Notes how long a client went without any success.</summary>
    public void AddOutage(TimeSpan time)
    {
        lock (_lock)
        {
            _longestOutage = Math.Max(_longestOutage, (long)time.TotalMilliseconds);
        }
    }

    /// <summary>All of them, for people.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"  {Acknowledged} writes acknowledged (p50 {Writes.Milliseconds(0.5):0.0} ms, p99 {Writes.Milliseconds(0.99):0.0} ms), "
            + $"{_read} reads answered (p50 {Reads.Milliseconds(0.5):0.0} ms, p99 {Reads.Milliseconds(0.99):0.0} ms), {_refused} answers 4xx";
        yield return $"  {_unavailable} answers 503 or 429, {_broken.Values.Sum()} connections refused or broken; the longest outage that a client saw was {LongestOutage} ms";
        foreach (var why in _broken.OrderByDescending(why => why.Value).Take(MostReasons))
        {
            yield return $"    {why.Value} x {why.Key}";
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timeline?.Dispose();
}
