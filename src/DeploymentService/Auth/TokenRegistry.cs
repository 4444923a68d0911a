using System.Collections.Concurrent;
using System.Security.Cryptography;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>
/// All tokens and their sessions, in memory: a request's token costs one hash and no query. The registry is exact, not a cache that ages:
/// this process alone writes the table, and every change tells the registry right behind its COMMIT, on the writer's thread, so in the order in which
/// they were made; a revoked token is refused by the next request. About 300 bytes a token.
/// </summary>
public sealed class TokenRegistry(TimeProvider time) : IRecognition
{
    private readonly ConcurrentDictionary<Key, Entry> _entries = new();

    // Tokens without their sessions, by id.
    private readonly ConcurrentDictionary<string, Entry> _tokens = new();

    /// <summary>The caller that a secret stands for; null when it stands for none, or no longer.</summary>
    public Caller? Find(string secret) => FindEntry(secret)?.Caller;

    /// <inheritdoc />
    public Task<Caller?> FindAsync(string secret, bool anew, CancellationToken cancellation) => Task.FromResult(Find(secret));

    /// <summary>The row of the token or session that a secret belongs to; null when it belongs to none, or no longer.</summary>
    public AccessToken? FindToken(string secret) => FindEntry(secret)?.Token;

    /// <summary>The token that a session was signed in with, or the token itself.</summary>
    public AccessToken Root(AccessToken token) => token.ParentId is { } id && _tokens.TryGetValue(id, out var root) ? root.Token : token;

    /// <summary>Adds a token, or a session of a token that is there, which is on the disk. Like each removal at the start or on the writer's thread alone.</summary>
    public void Add(AccessToken token)
    {
        var key = new Key(token.SecretHash);
        if (token.ParentId is null)
        {
            _entries[key] = _tokens[token.Id] = new Entry(token, root: null);
        }
        else if (_tokens.TryGetValue(token.ParentId, out var root))
        {
            _entries[key] = new Entry(token, root);
            root.Sessions.Add(key);
        }
    }

    /// <summary>Removes a token that is gone from the disk, with its sessions; nothing when it is not here.</summary>
    public void Remove(string projectId, string id)
    {
        if (!_tokens.TryGetValue(id, out var root) || root.Token.ProjectId != projectId)
        {
            return;
        }

        // All sessions end in the same moment.
        root.IsRevoked = true;
        _tokens.TryRemove(id, out _);
        _entries.TryRemove(new Key(root.Token.SecretHash), out _);
        foreach (var session in root.Sessions)
        {
            _entries.TryRemove(session, out _);
        }
    }

    /// <summary>Removes the session with this hash of its secret, which is gone from the disk.</summary>
    public void Remove(byte[] secretHash)
    {
        var key = new Key(secretHash);
        if (_entries.TryRemove(key, out var session))
        {
            session.Root.Sessions.Remove(key);
        }
    }

    /// <summary>When a token or a session of it was last used, if that was since the start.</summary>
    public DateTime? LastUsed(AccessToken token) =>
        _entries.TryGetValue(new Key(token.SecretHash), out var entry) && entry.LastUsedTicks > 0
            ? new DateTime(entry.LastUsedTicks, DateTimeKind.Utc)
            : token.LastUsedTime;

    /// <summary>The tokens that were used since the last call of this method.</summary>
    public IReadOnlyList<(AccessToken Token, DateTime LastUsed)> TakeUsed()
    {
        var used = new List<(AccessToken, DateTime)>();
        foreach (var entry in _tokens.Values)
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

    /// <summary>The sessions that nobody can use any more.</summary>
    public IReadOnlyList<AccessToken> EndedSessions()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return [.. _entries.Values.Where(entry => entry.Token.ParentId is not null && !entry.IsLive(now)).Select(entry => entry.Token)];
    }

    private Entry? FindEntry(string secret)
    {
        var hash = TokenSecret.Hash(secret);
        // The dictionary finds the place by a part of the hash; whether it is the token is decided in fixed time.
        if (!_entries.TryGetValue(new Key(hash), out var entry) || !CryptographicOperations.FixedTimeEquals(entry.Token.SecretHash, hash))
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (!entry.IsLive(now))
        {
            return null;
        }

        entry.Root.LastUsedTicks = now.Ticks;
        return entry;
    }

    private readonly record struct Key(long Head, long Tail)
    {
        public Key(byte[] hash)
            : this(BitConverter.ToInt64(hash, 0), BitConverter.ToInt64(hash, 8))
        {
        }
    }

    private sealed class Entry
    {
        private long _lastUsedTicks;
        private volatile bool _isRevoked;
        private HashSet<Key>? _sessions;

        public Entry(AccessToken token, Entry? root)
        {
            Token = token;
            Root = root ?? this;
            Caller = new(token.Name, token.Role, token.ProjectId, token.ServerId, token.ExpiryTime) { Id = Root.Token.Id };
        }

        public AccessToken Token { get; }

        /// <summary>The token of a session; a token itself.</summary>
        public Entry Root { get; }

        /// <summary>The sessions of a token. Touched by the one thread that changes the registry.</summary>
        public HashSet<Key> Sessions => _sessions ??= [];

        public Caller Caller { get; }

        public bool IsRevoked
        {
            get => _isRevoked;
            set => _isRevoked = value;
        }

        // Written by any request; to the millisecond is more than enough, so no request waits for another.
        public long LastUsedTicks
        {
            get => Volatile.Read(ref _lastUsedTicks);
            set => Volatile.Write(ref _lastUsedTicks, value);
        }

        // Touched by the one that stores uses.
        public long StoredTicks { get; set; }

        public bool IsLive(DateTime now) => !Root.IsRevoked && !(Caller.ExpiryTime <= now);
    }
}
