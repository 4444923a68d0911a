using System.Collections.Concurrent;
using DeploymentService.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Tests.Support;

/// <summary>Stands before the followers of an application's log, and lets those throw that a test names.</summary>
internal sealed class FaultyFollowers
{
    private readonly ConcurrentDictionary<string, bool> _faulty = new();

    /// <summary>The names of all followers. On PostgreSQL an index finds histories, and nobody has to follow for it.</summary>
    public static IReadOnlyList<string> Names { get; } = TestEngine.IsPostgres
        ? ["fleet", "signing keys", "stream", "tokens", "waits"]
        : ["fleet", "history", "signing keys", "stream", "tokens", "waits"];

    /// <summary>Puts itself before the followers.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="isReversed">True to register them the other way round.</param>
    public void Install(IServiceCollection services, bool isReversed = false)
    {
        var followers = services.Where(service => service.ServiceType == typeof(ILogFollower)).ToList();
        services.RemoveAll<ILogFollower>();
        foreach (var follower in isReversed ? Enumerable.Reverse(followers) : followers)
        {
            services.AddSingleton<ILogFollower>(provider => new Faulty((ILogFollower)follower.ImplementationFactory!(provider), this));
        }
    }

    /// <summary>From now on a follower throws, whatever it is given.</summary>
    public void Break(string name) => _faulty[name] = true;

    /// <summary>It works again.</summary>
    public void Mend(string name) => _faulty.TryRemove(name, out _);

    private sealed class Faulty(ILogFollower follower, FaultyFollowers faults) : ILogFollower
    {
        public string Name => follower.Name;

        public long? Position => follower.Position;

        public void Begin(long end) => follower.Begin(end);

        public void Apply(ReadOnlySpan<CommittedEvent> events)
        {
            if (faults._faulty.ContainsKey(Name))
            {
                throw new InvalidOperationException("A fault of a test.");
            }

            follower.Apply(events);
        }
    }
}
