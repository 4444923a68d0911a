using System.Collections.Concurrent;
using System.Threading.Channels;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DeploymentService.Tests.Support;

/// <summary>
/// Makes an application take its database for one that others write to, whichever engine it is: events that it was not told of are those of others. Watches its looks
/// at the log, and what a follower gets.
/// </summary>
internal sealed class SharedLog : ILogFollower
{
    private readonly ConcurrentQueue<CommittedEvent> _taken = new();
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
    private volatile TaskCompletionSource? _gate;
    private volatile bool _isUnavailable;
    private volatile bool _isBroken;
    private int _looks;
    private long _position = -1;

    /// <summary>How often the log was looked at.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>What the follower has taken, in its order.</summary>
    public IReadOnlyCollection<CommittedEvent> Taken => _taken;

    public string Name => "test";

    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>Puts itself around the engine and its reader.</summary>
    public void Install(IServiceCollection services)
    {
        var engine = services.Single(service => service.ServiceType == typeof(IWriteEngine)).ImplementationType!;
        services.Replace(ServiceDescriptor.Singleton<IWriteEngine>(provider => new SharedEngine((IWriteEngine)ActivatorUtilities.CreateInstance(provider, engine))));
        var reader = services.Single(service => service.ServiceType == typeof(IDatabaseReader));
        services.Replace(ServiceDescriptor.Singleton<IDatabaseReader>(provider => new WatchedReader(
            (IDatabaseReader)(reader.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, reader.ImplementationType!)), this)));
        services.AddSingleton<ILogFollower>(this);
    }

    /// <summary>From now on a look has its answer, and nobody gets it before it is let go.</summary>
    public void Close() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    /// <summary>Ends when a look that was not waited for has begun.</summary>
    public async Task BegunAsync() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>The log cannot be read, or can again.</summary>
    public void SetUnavailable(bool isUnavailable) => _isUnavailable = isUnavailable;

    /// <summary>The follower throws, or takes what it gets.</summary>
    public void SetBroken(bool isBroken) => _isBroken = isBroken;

    public void Begin(long end) => Volatile.Write(ref _position, end);

    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("A fault of a test.");
        }

        foreach (ref readonly var committed in events)
        {
            _taken.Enqueue(committed);
            Volatile.Write(ref _position, committed.Event.Sequence);
        }
    }

    /// <summary>Appends an event that nobody is told of, as if another replica had; its number.</summary>
    public static async Task<long> AppendAsync(ServiceApp app, string projectId, string reason = "by another replica") =>
        (await app.Services.GetRequiredService<GroupCommitWriter>().WriteAsync(new Unheard(projectId, reason))).Sequence;

    private async ValueTask LookAsync(Func<ValueTask> read)
    {
        Interlocked.Increment(ref _looks);
        _begun.Writer.TryWrite(true);
        if (_isUnavailable)
        {
            throw new DatabaseUnavailableException("The database cannot be reached: try again in a moment.");
        }

        var gate = _gate;
        await read();
        if (gate is not null)
        {
            await gate.Task;
        }
    }

    private sealed class SharedEngine(IWriteEngine engine) : IWriteEngine
    {
        public bool IsShared => true;

        public TimeSpan Patience => engine.Patience;

        public Task PrepareModelAsync() => engine.PrepareModelAsync();

        public IWriteSession Open() => engine.Open();
    }

    private sealed class WatchedReader(IDatabaseReader reader, SharedLog log) : IDatabaseReader
    {
        public ValueTask<T?> FirstAsync<TKey, T>(Query<TKey, T> query, TKey key)
            where T : class => reader.FirstAsync(query, key);

        public ValueTask FirstOfEachAsync<TKey, T>(Query<TKey, T> query, IReadOnlyList<TKey> keys, Func<T?, bool> take)
            where T : class => reader.FirstOfEachAsync(query, keys, take);

        public async ValueTask<List<T>> ListAsync<TKey, T>(Query<TKey, T> query, TKey key, int most = int.MaxValue)
        {
            if (!ReferenceEquals(query, LogQueries.Tail))
            {
                return await reader.ListAsync(query, key, most);
            }

            List<T> found = [];
            await log.LookAsync(async () => found = await reader.ListAsync(query, key, most));
            return found;
        }

        public ValueTask ForEachAsync<TKey, T>(Query<TKey, T> query, TKey key, int most, Func<T, bool> take) => reader.ForEachAsync(query, key, most, take);
    }

    private sealed class Unheard(string projectId, string reason) : Change<DeploymentEvent>
    {
        protected override DeploymentEvent Execute(IWriteTransaction rows) => rows.Append(new()
        {
            Sequence = 0,
            Subject = "rollout",
            ProjectId = projectId,
            DeploymentNumber = 0,
            DeploymentId = "a-rollout",
            ServerId = "",
            Time = rows.Now,
            Kind = "begun",
            Execution = 0,
            Reason = reason,
            ActorRole = "member",
            RequestId = "req-of-another-replica",
        });
    }
}
