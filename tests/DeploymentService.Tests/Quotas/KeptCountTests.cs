using DeploymentService.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Quotas;

/// <summary>A figure of the database is counted when somebody asks, and one that takes long takes little of the time.</summary>
public sealed class KeptCountTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _mayEnd = new(0);
    private int _counts;

    public void Dispose()
    {
        _begun.Dispose();
        _mayEnd.Dispose();
    }

    [Fact]
    public async Task After_a_first_count_that_failed_there_is_another()
    {
        var kept = new KeptCount<long>(
            () => ++_counts <= 2 ? Task.FromException<long>(new InvalidDataException("broken")) : Task.FromResult(7L), count => count, _time);

        Assert.Null(await kept.AboutAsync(Timeout.InfiniteTimeSpan));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await kept.AnewAsync());
        Assert.Equal(7, await kept.AboutAsync(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Whoever_asks_during_a_count_that_takes_long_gets_the_same_and_the_next_waits()
    {
        var kept = Slow();
        var first = kept.AnewAsync().AsTask();
        Assert.True(await _begun.WaitAsync(Patience));
        var second = kept.AnewAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(10));
        _mayEnd.Release();
        Assert.All(await Task.WhenAll(first, second).WaitAsync(Patience), number => Assert.Equal(1, number));

        // Older than a minute, and not twenty times as old as it took.
        _time.Advance(TimeSpan.FromSeconds(199));
        Assert.Equal((1, 1), (await kept.AboutAsync(Patience), await kept.AnewAsync()));
        _time.Advance(TimeSpan.FromSeconds(1));
        _mayEnd.Release();
        Assert.Equal(2, await kept.AnewAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(2, _counts);
    }

    [Fact]
    public async Task Whoever_asks_during_a_quick_count_gets_the_next()
    {
        var kept = Slow();
        var first = kept.AnewAsync().AsTask();
        Assert.True(await _begun.WaitAsync(Patience));
        var second = kept.AnewAsync().AsTask();

        _mayEnd.Release();
        Assert.Equal(1, await first.WaitAsync(Patience));
        _mayEnd.Release();
        Assert.Equal(2, await second.WaitAsync(Patience));
    }

    /// <summary>Counts how often it counted, each time until it may end.</summary>
    private KeptCount<long> Slow() => new(
        async () =>
        {
            var number = Interlocked.Increment(ref _counts);
            _begun.Release();
            Assert.True(await _mayEnd.WaitAsync(Patience));
            return number;
        },
        count => count,
        _time);
}
