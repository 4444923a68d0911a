using System.Text;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Agents;

/// <summary>
/// The keys of this process: those of the settings, or those in the database. On a shared database another process may make one: the log says so, and an unknown
/// signature is a reason to look. A new key signs only when all processes must have found it, so that none meets an address that it cannot know.
/// </summary>
public sealed partial class SigningKeys(IDatabaseReader reader, IWriteEngine engine, AgentsOptions options, TimeProvider time, ILogger<SigningKeys> logger)
    : ILogFollower, IDisposable
{
    /// <summary>How often unknown signatures are a reason to look at the table, at most.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    // Whoever is asked behind this has looked since the key was there, or does so.
    private static readonly TimeSpan Settling = 2 * LookInterval;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1);
    private volatile bool _isStopped;
    private volatile IReadOnlyList<KnownKey> _keys = options.SigningKey is { } current ? OfSettings(current, options.PreviousSigningKey) : [];
    private long _position = -1;
    private Task _look = Task.CompletedTask;
    private long? _looked;

    /// <inheritdoc />
    public string Name => "signing keys";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>True when there are keys.</summary>
    public bool Any => _keys.Count > 0;

    /// <summary>The key that new addresses are signed with.</summary>
    public byte[] Current
    {
        get
        {
            var keys = _keys;
            return (keys[0].Found is null ? keys[0] : Accepted(keys).FirstOrDefault(key => key.Found is not { } found || time.GetElapsedTime(found) >= Settling) ?? keys[0])
                .Secret;
        }
    }

    /// <summary>The keys whose addresses are accepted now.</summary>
    public IEnumerable<byte[]> Accepted() => Accepted(_keys).Select(key => key.Secret);

    /// <inheritdoc />
    // The table is read afterwards.
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            if (committed.Event.Subject == EventSubject.SigningKey && options.SigningKey is null)
            {
                _ = ReloadAsync();
            }

            Volatile.Write(ref _position, committed.Event.Sequence);
        }
    }

    /// <summary>Looks for keys that another process has made, once in a <see cref="LookInterval"/> at most. False where there can be none.</summary>
    /// <exception cref="DatabaseUnavailableException">Nobody can say now.</exception>
    public async ValueTask<bool> LookAsync()
    {
        if (!engine.IsShared || options.SigningKey is not null)
        {
            return false;
        }

        Task look;
        lock (_lock)
        {
            if (_looked is not { } last || time.GetElapsedTime(last) >= LookInterval)
            {
                _looked = time.GetTimestamp();
                _look = LoadAsync();
            }

            look = _look;
        }

        await look;
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _isStopped = true;
        _loading.Dispose();
    }

    /// <summary>Takes the keys that are in the table.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be read now.</exception>
    internal async Task LoadAsync()
    {
        // One after the other, so that nobody puts back what was before.
        await _loading.WaitAsync();
        try
        {
            var before = _keys;
            long? now = before.Count > 0 ? time.GetTimestamp() : null;
            var rows = await reader.ListAsync(SigningKeyQueries.All, 0);
            _keys = rows.ConvertAll(row => new KnownKey(row.Secret, row.Until, before.FirstOrDefault(key => key.Secret.AsSpan().SequenceEqual(row.Secret)) is { } known ? known.Found : now));
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task ReloadAsync()
    {
        while (!_isStopped)
        {
            try
            {
                await LoadAsync();
                return;
            }
            catch (Exception exception) when (!_isStopped)
            {
                Log.NotLoaded(logger, exception);
                await Task.Delay(LookInterval, time);
            }
        }
    }

    private IEnumerable<KnownKey> Accepted(IReadOnlyList<KnownKey> keys)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return keys.Where((key, place) => place == 0 || key.Until is null || key.Until > now);
    }

    private static KnownKey[] OfSettings(string current, string? previous) =>
        [.. new[] { current, previous }.OfType<string>().Select(key => new KnownKey(Encoding.UTF8.GetBytes(key), null, null))];

    /// <summary>A key.</summary>
    /// <param name="Secret">The key.</param>
    /// <param name="Until">Until when it is accepted, UTC; null for ever.</param>
    /// <param name="Found">When it was found beside others, as <see cref="TimeProvider.GetTimestamp"/> tells it; null when it was there at the start.</param>
    private sealed record KnownKey(byte[] Secret, DateTime? Until, long? Found);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "There is a new signing key that could not be read yet; it is tried again every second")]
        public static partial void NotLoaded(ILogger logger, Exception exception);
    }
}
