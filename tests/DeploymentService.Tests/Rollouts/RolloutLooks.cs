using System.Collections.Concurrent;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.Extensions.DependencyInjection;

namespace DeploymentService.Tests.Rollouts;

/// <summary>Stands before what an application reads: counts its looks at rollouts, and holds one of them between what it has read and what it makes of that.</summary>
internal sealed class RolloutLooks
{
    private readonly ConcurrentDictionary<string, int> _looks = new();
    private volatile Stop? _stop;

    /// <summary>Puts itself before the reader.</summary>
    public void Install(IServiceCollection services)
    {
        var original = services.Last(service => service.ServiceType == typeof(IDatabaseReader));
        services.AddSingleton<IDatabaseReader>(provider => new Reader(
            (IDatabaseReader)(original.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, original.ImplementationType!)), this));
    }

    /// <summary>How often the servers of a rollout that were begun were looked at.</summary>
    public int At(string rolloutId) => _looks.GetValueOrDefault(rolloutId);

    /// <summary>Holds the next look that finds something.</summary>
    public Stop Hold() => _stop = new();

    private sealed class Reader(IDatabaseReader reader, RolloutLooks looks) : IDatabaseReader
    {
        public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
            where T : class => reader.FirstAsync(query, key);

        public ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
            where T : class => reader.FirstOfEachAsync(query, keys, take);

        public async ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most)
        {
            var found = await reader.ListAsync(query, key, most);
            // What has happened to the deployments of a rollout is asked for by a look alone.
            if (key is Rollout rollout && query.Sql.Contains("d.lateness <> 0", StringComparison.Ordinal))
            {
                looks._looks.AddOrUpdate(rollout.Id, 1, (_, count) => count + 1);
                if (found.Count > 0 && Interlocked.Exchange(ref looks._stop, null) is { } stop)
                {
                    stop.Reached.SetResult();
                    await stop.Freed.Task;
                }
            }

            return found;
        }

        public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => reader.ForEachAsync(query, key, most, take);
    }

    /// <summary>A look that is held.</summary>
    internal sealed class Stop
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Freed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
