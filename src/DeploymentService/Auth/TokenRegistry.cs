using System.Collections.Concurrent;
using System.Security.Cryptography;
using DeploymentService.Storage;
using DeploymentService.Storage.Model;

namespace DeploymentService.Auth;

/// <summary>
/// Tokens and their sessions in memory: a request's token costs one hash and no query. It follows the log. What this process has changed comes with the event, right
/// behind its COMMIT and before anybody is answered; what others have changed is forgotten, so that the next request with it asks the table
/// (<see cref="TokenLookup"/>). About 300 bytes a token.
/// </summary>
public sealed class TokenRegistry(TimeProvider time) : ILogFollower
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Key, KnownToken> _bySecret = new();
    private readonly ConcurrentDictionary<string, KnownToken> _byId = new();
    private long _position = -1;
    private long _version;
    private volatile bool _isPartial;

    /// <inheritdoc />
    public string Name => "tokens";

    /// <inheritdoc />
    public long? Position => Volatile.Read(ref _position) is >= 0 and var position ? position : null;

    /// <summary>Counts what was heard of. What was read before the count went up may be over.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>True when there may be tokens in the table that are not here, though this process has made them.</summary>
    public bool IsPartial => _isPartial;

    /// <inheritdoc />
    // Nothing is known yet; all that there is is loaded then, or asked for.
    public void Begin(long end) => Volatile.Write(ref _position, end);

    /// <inheritdoc />
    public void Apply(ReadOnlySpan<CommittedEvent> events)
    {
        foreach (ref readonly var committed in events)
        {
            if (committed.Event is { Subject: EventSubject.Token or EventSubject.Session, Kind: not TokenEvents.Opened })
            {
                Apply(committed);
            }

            Volatile.Write(ref _position, committed.Event.Sequence);
        }
    }

    /// <summary>The token or session that has this hash of its secret; null when it is not here, or is no longer good.</summary>
    public KnownToken? Find(byte[] secretHash) =>
        // The dictionary finds the place by a part of the hash; whether it is the token is decided in fixed time.
        _bySecret.TryGetValue(new(secretHash), out var known) && CryptographicOperations.FixedTimeEquals(known.Row.SecretHash, secretHash) ? Use(known) : null;

    /// <summary>When a token or a session of it was last used, as far as it is known here.</summary>
    public DateTime? LastUsed(AccessToken token) =>
        _byId.TryGetValue(token.Id, out var known) && known.LastUsedTicks > (token.LastUsedTime?.Ticks ?? 0)
            ? new DateTime(known.LastUsedTicks, DateTimeKind.Utc)
            : token.LastUsedTime;

    /// <summary>The tokens that were used since the last call of this method.</summary>
    public IReadOnlyList<(AccessToken Token, DateTime LastUsed)> TakeUsed()
    {
        var used = new List<(AccessToken, DateTime)>();
        foreach (var known in _byId.Values)
        {
            var ticks = known.LastUsedTicks;
            if (ticks > known.StoredTicks)
            {
                known.StoredTicks = ticks;
                used.Add((known.Row, new DateTime(ticks, DateTimeKind.Utc)));
            }
        }

        return used;
    }

    /// <summary>Forgets the sessions that nobody can use any more because their time is over.</summary>
    public void ForgetEndedSessions()
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var known in _bySecret.Values)
        {
            if (known.Row.ParentId is not null && !known.IsLive(now))
            {
                lock (_lock)
                {
                    Forget(known);
                }
            }
        }
    }

    /// <summary>Takes all that there is, tokens before their sessions. False when something was heard of since it was read: then it has to be read again.</summary>
    /// <param name="version">The <see cref="Version"/> before it was read.</param>
    /// <param name="rows">The tokens and sessions.</param>
    internal bool TryLoad(long version, IReadOnlyList<AccessToken> rows)
    {
        lock (_lock)
        {
            if (version != _version)
            {
                return false;
            }

            foreach (var row in rows)
            {
                Add(row);
            }

            return true;
        }
    }

    /// <summary>Adds a session that this process has opened. On the writer's thread, behind its COMMIT.</summary>
    internal void AddOpened(AccessToken session)
    {
        lock (_lock)
        {
            Add(session);
        }
    }

    /// <summary>Takes a token or session that was read; null when its time is over.</summary>
    /// <param name="version">The <see cref="Version"/> before it was read. When something was heard of since, it is good for this once and not kept.</param>
    /// <param name="row">What was read.</param>
    /// <param name="root">The token of a session.</param>
    internal KnownToken? Learn(long version, AccessToken row, AccessToken? root)
    {
        lock (_lock)
        {
            if (version != _version)
            {
                return Use(new(row, root is null ? null : new(root)));
            }

            if (root is not null && !_byId.ContainsKey(root.Id))
            {
                Add(root);
            }

            if (_byId.TryGetValue(row.Id, out var known) && known.Row.SecretHash.AsSpan().SequenceEqual(row.SecretHash))
            {
                return Use(known);
            }

            if (known is not null)
            {
                // It was replaced, which the log has not said yet.
                Forget(known);
            }

            Add(row);
            return _byId.TryGetValue(row.Id, out known) ? Use(known) : null;
        }
    }

    /// <summary>The row of a token by its id; null when it is not here.</summary>
    internal AccessToken? FindRow(string id) => _byId.TryGetValue(id, out var known) ? known.Row : null;

    private KnownToken? Use(KnownToken known)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (!known.IsLive(now))
        {
            return null;
        }

        known.Root.LastUsedTicks = now.Ticks;
        return known;
    }

    private void Apply(in CommittedEvent committed)
    {
        lock (_lock)
        {
            Volatile.Write(ref _version, _version + 1);
            if (_byId.TryGetValue(committed.Event.DeploymentId, out var known) && known.Row.ProjectId == committed.Event.ProjectId)
            {
                Forget(known);
            }

            if (committed.Token is { } token)
            {
                Add(token);
            }

            _isPartial |= committed is { IsFromDatabase: true, Event.Kind: TokenEvents.Created or TokenEvents.Replaced };
        }
    }

    private void Add(AccessToken row)
    {
        KnownToken? root = null;
        if (row.ParentId is not null && !_byId.TryGetValue(row.ParentId, out root))
        {
            // Its token has gone meanwhile.
            return;
        }

        var known = new KnownToken(row, root);
        _bySecret[new(row.SecretHash)] = _byId[row.Id] = known;
        root?.Sessions.Add(known);
    }

    private void Forget(KnownToken known)
    {
        // All sessions end in the same moment.
        known.Revoke();
        Drop(known);
        if (known.Root == known)
        {
            foreach (var session in known.Sessions)
            {
                Drop(session);
            }
        }
        else
        {
            known.Root.Sessions.Remove(known);
        }
    }

    private void Drop(KnownToken known)
    {
        _byId.TryRemove(new(known.Row.Id, known));
        _bySecret.TryRemove(new(new(known.Row.SecretHash), known));
    }

    private readonly record struct Key(long Head, long Tail)
    {
        public Key(byte[] hash)
            : this(BitConverter.ToInt64(hash, 0), BitConverter.ToInt64(hash, 8))
        {
        }
    }
}
