using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace DeploymentService.Auth;

/// <summary>
/// All tokens, in memory: a request's token costs one hash and no query. The registry is exact, not a cache that ages: this process alone
/// writes the table, and tells the registry of every change once it is on the disk, so a revoked token is refused by the next request.
/// About 300 bytes a token.
/// </summary>
public sealed class TokenRegistry(TimeProvider time)
{
    private readonly ConcurrentDictionary<Key, Entry> _entries = new();

    /// <summary>True while no token exists.</summary>
    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The caller that a secret stands for; null when it stands for none, or no longer.</summary>
    public Caller? Find(string secret)
    {
        var hash = TokenSecret.Hash(secret);
        // The dictionary finds the place by a part of the hash; whether it is the token is decided in fixed time.
        if (!_entries.TryGetValue(new Key(hash), out var entry) || !CryptographicOperations.FixedTimeEquals(entry.Token.SecretHash, hash))
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (entry.Caller.ExpiryTime <= now)
        {
            return null;
        }

        entry.LastUsedTicks = now.Ticks;
        return entry.Caller;
    }

    /// <summary>Adds a token that is on the disk.</summary>
    public void Add(AccessToken token) => _entries[new Key(token.SecretHash)] = new Entry(token);

    /// <summary>Removes a token that is gone from the disk.</summary>
    public void Remove(string projectId, string id)
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.Token.ProjectId == projectId && entry.Token.Id == id)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    /// <summary>When a token was last used, if that was since the start.</summary>
    public DateTime? LastUsed(AccessToken token) =>
        _entries.TryGetValue(new Key(token.SecretHash), out var entry) && entry.LastUsedTicks > 0
            ? new DateTime(entry.LastUsedTicks, DateTimeKind.Utc)
            : token.LastUsedTime;

    /// <summary>The tokens that were used since the last call of this method.</summary>
    public IReadOnlyList<(AccessToken Token, DateTime LastUsed)> TakeUsed()
    {
        var used = new List<(AccessToken, DateTime)>();
        foreach (var entry in _entries.Values)
        {
            var ticks = entry.LastUsedTicks;
            if (ticks > entry.StoredTicks)
            {
                entry.StoredTicks = ticks;
                used.Add((entry.Token, new DateTime(ticks, DateTimeKind.Utc)));
            }
        }

        return used;
    }

    private readonly record struct Key(long Head, long Tail)
    {
        public Key(byte[] hash)
            : this(BitConverter.ToInt64(hash, 0), BitConverter.ToInt64(hash, 8))
        {
        }
    }

    private sealed class Entry(AccessToken token)
    {
        private long _lastUsedTicks;

        public AccessToken Token { get; } = token;

        public Caller Caller { get; } = new(token.Name, token.Role, token.ProjectId, token.ServerId, token.ExpiryTime);

        // Written by any request; to the millisecond is more than enough, so no request waits for another.
        public long LastUsedTicks
        {
            get => Volatile.Read(ref _lastUsedTicks);
            set => Volatile.Write(ref _lastUsedTicks, value);
        }

        // Touched by the one that stores uses.
        public long StoredTicks { get; set; }
    }
}
