using System.Collections.Concurrent;
using DeploymentService.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Replicas;

/// <summary>Stands before what a replica reads: counts what it asks, and lets its look at the log stand still, or its questions fail.</summary>
internal sealed class ObservedReader
{
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private volatile TaskCompletionSource? _stuck;
    private volatile string? _broken;

    /// <summary>Puts itself before the reader.</summary>
    public void Install(IServiceCollection services)
    {
        var original = services.Last(service => service.ServiceType == typeof(IDatabaseReader));
        services.AddSingleton<IDatabaseReader>(provider => new Reader(
            (IDatabaseReader)(original.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, original.ImplementationType!)), this));
    }

    /// <summary>How often a query was asked.</summary>
    public int Asked(string sql) => _asked.GetValueOrDefault(sql);

    /// <summary>From now on nobody hears what the log says.</summary>
    public void Stick() => _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The log is read again.</summary>
    public void Free() => Interlocked.Exchange(ref _stuck, null)?.SetResult();

    /// <summary>From now on a query fails.</summary>
    public void Break(string sql) => _broken = sql;

    /// <summary>No query fails any more.</summary>
    public void Mend() => _broken = null;

    private async ValueTask BeforeAsync(string sql)
    {
        _asked.AddOrUpdate(sql, 1, (_, count) => count + 1);
        if (sql == _broken)
        {
            throw new DatabaseUnavailableException("A fault of a test.");
        }

        if (sql == LogQueries.Tail.Sql && _stuck is { } stuck)
        {
            await stuck.Task;
        }
    }

    private sealed class Reader(IDatabaseReader reader, ObservedReader observed) : IDatabaseReader
    {
        public async ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
            where T : class
        {
            await observed.BeforeAsync(query.Sql);
            return await reader.FirstAsync(query, key);
        }

        public async ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most)
        {
            await observed.BeforeAsync(query.Sql);
            return await reader.ListAsync(query, key, most);
        }

        public async ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take)
        {
            await observed.BeforeAsync(query.Sql);
            await reader.ForEachAsync(query, key, most, take);
        }
    }
}
