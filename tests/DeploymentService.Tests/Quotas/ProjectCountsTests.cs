using DeploymentService.Quotas;
using DeploymentService.Storage;
using Microsoft.Extensions.Time.Testing;

namespace DeploymentService.Tests.Quotas;

/// <summary>What is counted for a project is kept, unless there is nothing.</summary>
public sealed class ProjectCountsTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public async Task A_project_that_has_nothing_is_not_remembered(int configs, int counted)
    {
        var reader = new SlowReader(_time, configs);
        var counts = new ProjectCounts(reader, [], _time);

        Assert.Equal((configs, configs), ((await counts.OfAsync("p")).Rows.Configs, (await counts.OfAsync("p")).Rows.Configs));

        Assert.Equal(counted, reader.Counts);
    }

    /// <summary>A database that takes so long to count that what was counted is kept.</summary>
    private sealed class SlowReader(FakeTimeProvider time, int configs) : IDatabaseReader
    {
        public int Counts { get; private set; }

        public ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue)
        {
            Counts++;
            time.Advance(TimeSpan.FromSeconds(10));
            return new([.. new[] { new ProjectRows("p") { Configs = configs } }.Where(rows => rows.Configs > 0).Cast<T>()]);
        }

        public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
            where T : class => throw new NotSupportedException();

        public ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
            where T : class => throw new NotSupportedException();

        public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => throw new NotSupportedException();
    }
}
