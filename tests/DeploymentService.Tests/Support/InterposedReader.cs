using DeploymentService.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Tests.Support;

/// <summary>Reads as the engine does, and lets a test do something once, right behind a query.</summary>
internal sealed class InterposedReader(IDatabaseReader reader) : IDatabaseReader
{
    private string? _text;
    private Func<Task>? _then;

    /// <summary>Puts one in the place of the engine's.</summary>
    public static void Replace(IServiceCollection services, Action<InterposedReader> made)
    {
        var engine = services.Last(service => service.ServiceType == typeof(IDatabaseReader));
        services.Replace(ServiceDescriptor.Singleton<IDatabaseReader>(provider =>
        {
            var reader = new InterposedReader((IDatabaseReader)(engine.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, engine.ImplementationType!)));
            made(reader);
            return reader;
        }));
    }

    /// <summary>Does something behind the next query for several keys that has this text.</summary>
    public void After(string text, Func<Task> then) => (_text, _then) = (text, then);

    public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
        where T : class => reader.FirstAsync(query, key);

    public async ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
        where T : class
    {
        await reader.FirstOfEachAsync(query, keys, take);
        if (_text is not null && query.Sql.Contains(_text, StringComparison.Ordinal) && Interlocked.Exchange(ref _then, null) is { } then)
        {
            await then();
        }
    }

    public ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue) => reader.ListAsync(query, key, most);

    public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => reader.ForEachAsync(query, key, most, take);
}
